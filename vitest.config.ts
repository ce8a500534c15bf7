/** Runs every test against real folders, processes and browsers; the build under out/ must be current for e2e. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Hundreds of processes load the same modules, from source: compiled once, each starts in half the time. Those that
// the tests start inherit it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

/** Files in a bucket: every chunk of 64 KiB is a request or three. */
const isInBucket = process.env.PHOTOFERRY_TEST_STORAGE !== undefined
/** Where to write the counts for a program to read; absent for people. */
const resultsFile = process.env.PHOTOFERRY_TEST_RESULTS

const tests = ['test/**/*.test.ts']
const ownProcess = [
  'test/main/desktop/**/*.test.ts',
  'test/main/images/**/*.test.ts',
  'test/preload/*.test.ts',
]
/** What goes wrong on the way, each fault waited for until it is over: half of the time, so `npm test` leaves them out. */
const faults = [
  'test/crossing/!(crossing|same-bytes).test.ts',
  'test/e2e/{failures,interruptions,outages,trials,two-pages}.e2e.test.ts',
  'test/main/{failed-sync,files-in-motion,parked-drives,pulled-while-read,swapped-folder,unread-folders}.test.ts',
  'test/main/{cards/safe-to-format,pipeline/changed-meanwhile,queue/bundles,watching/watched-*}.test.ts',
  'test/server/{crash,failed-sync,faults,shared-crash}.test.ts',
  'test/{endurance,fuzz,package}/**/*.test.ts',
]
/** Names of files in test/server that a script leaves out; projects do not hear of `--exclude`. */
const without = process.env.PHOTOFERRY_TEST_WITHOUT
const leftOut = without === undefined ? [] : without.split(',').map((name) => `test/server/${name}.test.ts`)

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    projects: [
      // Test files share processes, and with them what is loaded: starting one for each of 160 files took a quarter of
      // the time. So no module may keep anything of a file but by test/end-of-file.ts.
      {
        extends: true,
        test: {
          name: 'shared',
          include: tests,
          exclude: [...ownProcess, ...faults, ...leftOut],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'faults', include: faults, exclude: leftOut, isolate: false },
      },
      // These put stand-ins in the place of modules, or share workers that they end.
      { extends: true, test: { name: 'own process', include: ownProcess } },
    ],
    reporters: resultsFile ? ['default', ['json', { outputFile: resultsFile }]] : ['default'],
    // For a test that hangs; those that wait for processes and browsers take a third of it on a busy machine.
    testTimeout: isInBucket ? 240_000 : 120_000,
    hookTimeout: 120_000,
    // A second, the usual, is little on a busy machine; waiting ends as soon as the condition holds.
    expect: { poll: { timeout: isInBucket ? 60_000 : 30_000 } },
    // Tests start servers, clients and browsers of their own, and wait for them and for disks half of the time: on two
    // cores a third worker fills the waits, more would only make all of them late.
    maxWorkers: 3,
    // It imports electron, for which the desktop's tests put in a stand-in.
    server: { deps: { inline: ['electron-store'] } },
  },
})
