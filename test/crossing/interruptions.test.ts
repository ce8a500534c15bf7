/** `photoferry upload` is interrupted in the middle of what trusts it most: what it says is true then, and in the end. */
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { closeLid, lidMs, lidSeconds } from '../lid.ts'
import { openTestClient } from '../main/a-client.ts'
import { patientMs } from '../outages.ts'
import { type Moment, type Trial, trialsWith } from '../trials.ts'
import { expectTrueReceipt } from '../true-receipt.ts'
import { end, type UploadRun, upload } from './programs.ts'

/** A command that runs, and what it has said so far. */
interface Run extends UploadRun {
  said(): string
}

type Start = () => Run

/** What happens in the middle; returns the command that goes on. */
type Interruption = (scene: {
  readonly trial: Trial
  readonly moment: Moment
  readonly run: Run
  readonly start: Start
}) => Promise<Run>

const interruptions: Readonly<Record<string, Interruption>> = {
  'ended with a receipt, and started again': async ({ trial, moment, run, start }) => {
    run.child.kill('SIGINT')
    expect((await run.result).exitCode).toBe(130)
    expectTrueReceipt(readFileSync(receiptOf(trial), 'utf8'), trial.library, trial.counts.dropped)
    moment.whileAway()
    const next = start()
    await moment.end()
    return next
  },
  'killed, and started again': async ({ moment, run, start }) => {
    await end(run.child, 'SIGKILL')
    moment.whileAway()
    const next = start()
    // What is wrong is met again before it is over.
    await expectSign(next, moment)
    await moment.end()
    return next
  },
  'stopped as by a laptop’s lid': async ({ moment, run }) => {
    await closeLid(run.child, moment.whileAway)
    await wait(500)
    await moment.end()
    return run
  },
  'left alone by a server that is stopped': async ({ trial, moment, run }) => {
    moment.whileAway()
    await closeLid(trial.server.child, moment.end)
    return run
  },
}

const receiptOf = ({ stateDir }: Trial) => `${stateDir}-receipt.json`

async function expectSign(run: Run, { name, sign }: Moment): Promise<void> {
  if (sign) await expect.poll(run.said, { message: name }).toMatch(sign)
}

function startOf(trial: Trial): Start {
  const { paths, target, stateDir, stillSeconds, skippedExtension } = trial
  const args = ['--still', String(stillSeconds), '--receipt', receiptOf(trial)]
  if (skippedExtension) args.push('--skip-extension', skippedExtension)
  return () => {
    let said = ''
    const run = upload(paths, target, stateDir, { args })
    run.child.stderr?.on('data', (text: string) => {
      said += text
    })
    return { ...run, said: () => said }
  }
}

/** Files that have a failure on their record: only those that failed for themselves. */
async function countedIn({ stateDir, counts }: Trial): Promise<string[]> {
  const { client, events, rows } = await openTestClient(stateDir, { url: 'http://127.0.0.1:9', token: 'x' })
  await expect.poll(() => events.at(-1)?.more).toBe(false)
  expect(rows().length).toBeGreaterThanOrEqual(counts.dropped)
  const counted = rows().filter(
    ({ id, attempts }) => attempts + client.files.details(id).failedAttempts.length > 0,
  )
  await client.stop()
  return counted.map(({ relativePath }) => relativePath)
}

describe.each(trialsWith(interruptions))('in the middle of %s', (_trial, prepare, ways) => {
  it.each(ways)(
    '`photoferry upload` %s, stores everything, and says nothing that is not true',
    async (_how, interrupt) => {
      const trial = await prepare()
      const start = startOf(trial)
      let run = start()
      for (const moment of trial.moments) {
        await moment.begin()
        await expectSign(run, moment)
        expect(run.child.exitCode).toBeNull()
        run = await interrupt({ trial, moment, run, start })
      }
      const { exitCode, summary, stderr } = await run.result
      const { dropped, done, failed, empty, skipped } = trial.counts
      expect({ stderr, summary }).toMatchObject({ summary: { dropped, done, failed, empty, skipped } })
      expect(exitCode).toBe(done + skipped === dropped ? 0 : 1)
      trial.expectStored()
      const receipt = expectTrueReceipt(readFileSync(receiptOf(trial), 'utf8'), trial.library, dropped)
      expect([...receipt.values()].filter((status) => status === 'stored')).toHaveLength(done)
      expect(await countedIn(trial)).toHaveLength(failed)
    },
    patientMs + lidMs(lidSeconds > 10 ? 4 : 1),
  )
})
