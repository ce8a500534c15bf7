/**
 * Cuts the power of server and client at thousands of places of a recording, and checks what is left (F3, docs/promises.md):
 *
 *   npm run test:power-cuts -- [--side server|client] [--cuts N] [--seconds S] [--seed N] [--recording FOLDER] [--only CUT]
 *
 * --side       one side only
 * --cuts       states of each side, 5,000 unless set
 * --seconds    no more than so long for each side
 * --seed       the same seed chooses the same states of the same recording
 * --recording  reads a recording that was kept because a state failed, with --side
 * --only       makes the state of this number only
 */
import { parseArgs } from 'node:util'
import { cutPower, type Side, sides } from './cut-power.ts'

const { values } = parseArgs({
  options: {
    side: { type: 'string' },
    cuts: { type: 'string', default: '5000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    recording: { type: 'string' },
    only: { type: 'string' },
  },
})
const { side, cuts, seconds, seed, recording, only } = values
if (side !== undefined && !sides.includes(side as Side)) throw new Error('--side is server or client.')
if (recording !== undefined && side === undefined) throw new Error('--recording needs --side.')
const options = {
  seed: Number(seed),
  cuts: Number(cuts),
  ...(seconds !== undefined && { seconds: Number(seconds) }),
  ...(only !== undefined && { only: Number(only) }),
}
let failures = 0
for (const chosen of side === undefined ? sides : [side as Side]) {
  const report = await cutPower(chosen, options, console.log, recording)
  failures += report.failures.length
}
process.exit(failures === 0 ? 0 : 1)
