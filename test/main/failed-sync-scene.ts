/**
 * Run by failed-sync.test.ts with the library preloaded that lets one sync fail: drops files onto browser mode's inbox, changes
 * a setting, uploads, removes from the list. Each run insists as a page or a person does, and ends with a second client that
 * reads what the first has left.
 * Arguments: FOLDER URL TOKEN ORDERS; prints one JSON line of findings for each run. ORDERS is a JSON list of which sync of
 * which paths fails, or `every`: the first sync, then the second, …, until a run passes untouched.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { receiveFile } from '../../src/main/browser/receive-file.ts'
import { type Client, endlessPatience, type InboxBatch, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { failingSync } from '../failing-sync/failing-sync.ts'
import { contentOf, namesOf, photoOf, sceneFolders } from './failed-sync-files.ts'

const [folder = '', url = '', token = '', orders = 'every'] = process.argv.slice(2)
const { scratch, states } = sceneFolders(folder)
const syncs = failingSync(scratch, states)
const mostTries = 4
const mostRuns = 80

/** Tries again after a failure, as whoever asked for it does. */
async function insist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (tries === mostTries) throw thrown
    }
  }
}

function open(stateDir: string, log: string[]): Promise<Client> {
  return openClient({
    ...terminalClient,
    ...{ stateDir, server: { url, token }, bundled: null, patience: endlessPatience, stillSeconds: 0 },
    log: (line) => void log.push(line),
  })
}

async function bring(drop: InboxBatch, name: string): Promise<void> {
  const bytes = contentOf(name)
  await insist(async () => {
    const body = Readable.from([bytes])
    const file = {
      relativePath: `Drop/${name}`,
      place: null,
      size: bytes.length,
      modifiedMs: 1_600_000_000_000,
      body,
    }
    const { path } = await receiveFile(file, drop.folder, (copy) => drop.nameCopy(copy, file.relativePath))
    await drop.add(file.relativePath, path)
  })
}

async function work(run: number, log: string[]): Promise<void> {
  const stateDir = join(states, String(run))
  mkdirSync(stateDir)
  const client = await insist(() => open(stateDir, log))
  const drop = await insist(() => client.intake.openInbox(`Drop ${run}`))
  for (const name of namesOf(run)) await bring(drop, name)
  await drop.close()
  await insist(() => client.settings.change({ parallelFiles: 2 }))
  if (existsSync(photoOf(folder)))
    await client.intake.addPaths([photoOf(folder)], { presetId: 'web-gallery' })
  await client.whenIdle()
  const [first = ''] = await itemIds(client)
  await insist(() => client.queue.remove({ itemIds: [first] }))
  await insist(() => client.stop())
}

async function itemIds(client: Client): Promise<string[]> {
  return new Promise((resolve) => {
    const stop = client.feed.subscribe((event) => {
      resolve(event.items.map(({ id }) => id))
      setImmediate(() => stop())
    })
  })
}

/** What the next start finds. */
async function findings(run: number) {
  const stateDir = join(states, String(run))
  const log: string[] = []
  const client = await open(stateDir, log)
  const entries = client.history.entries()
  const parts = entries[0] ? await client.history.receipt(entries[0].batchId, 'json') : undefined
  const receipt = parts === undefined ? '' : [...parts.parts].join('')
  const found = {
    listed: (await itemIds(client)).length,
    history: entries.length,
    inReceipt: namesOf(run).filter((name) => receipt.includes(name)).length,
    parallelFiles: client.settings.current.parallelFiles,
    leftovers: readdirSync(stateDir, { recursive: true }).filter((name) =>
      /\.draft$|\.part$/.test(String(name)),
    ),
    log,
  }
  await client.stop()
  return found
}

/** @returns the paths whose sync failed */
async function play(run: number, which: number, part?: string): Promise<readonly string[]> {
  const log: string[] = []
  syncs.arm(which, part)
  await work(run, log)
  const failed = syncs.failed()
  syncs.arm(0)
  console.log(JSON.stringify({ run, failed, before: log, ...(await findings(run)) }))
  return failed
}

if (orders === 'every') {
  for (let run = 1; run < mostRuns && (await play(run, run)).length > 0; run += 1);
} else {
  const chosen = JSON.parse(orders) as [number, string][]
  for (const [index, [which, part]] of chosen.entries()) await play(index + 1, which, part)
}
process.exit(0)
