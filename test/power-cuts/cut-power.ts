/** One side from its recording to its report, for the command and for the test. */
import { clientRecording } from './client/check-client.ts'
import { createRecorder } from './record/recorder.ts'
import { type CutFailure, type CutOptions, type CutReport, tryCuts } from './replay/try-cuts.ts'
import { serverRecording } from './server/check-server.ts'

export type Side = 'server' | 'client'
export const sides: readonly Side[] = ['server', 'client']

const recordings = { server: serverRecording, client: clientRecording }

/** How many failures are described; the others are alike. */
const shownFailures = 10

/**
 * Records a side, or reads a recording that was kept, and cuts its power. Where a state fails, the recording is kept.
 * @param say receives lines for a person
 * @param kept absolute path of a recording
 */
export async function cutPower(
  side: Side,
  options: CutOptions,
  say: (line: string) => void,
  kept?: string,
): Promise<CutReport> {
  const recorder = await createRecorder(kept)
  let failed = true
  try {
    const recording = await recordings[side](recorder)
    let failures = 0
    const report = await tryCuts(recording, options, (failure) => {
      failures += 1
      if (failures > shownFailures) return
      for (const line of describe(side, failure, options, recorder.folder)) say(line)
    })
    failed = report.failures.length > 0
    say(summary(report))
    return report
  } finally {
    if (!failed && kept === undefined) recorder.remove()
  }
}

function describe(
  side: Side,
  { cut, position, state, problems }: CutFailure,
  { seed, cuts }: CutOptions,
  folder: string,
): string[] {
  const where = `${side}, power cut ${cut}, after ${position} operations; of what was not synced: ${state.manner}, names ${state.order}`
  const again = `npm run test:power-cuts -- --side ${side} --seed ${seed} --cuts ${cuts} --only ${cut} --recording ${folder}`
  return [where, ...problems.map((problem) => `  ${problem}`), `  Again: ${again}`]
}

function summary({
  side,
  seed,
  operations,
  states,
  distinct,
  checked,
  finished,
  seconds,
  failures,
}: CutReport): string {
  const counts = `${states} states of ${operations} operations, ${distinct} of them distinct; ${checked} started, ${finished} finished`
  return `${side}: seed ${seed}, ${counts}, ${failures.length} failed, ${seconds.toFixed(0)} s`
}
