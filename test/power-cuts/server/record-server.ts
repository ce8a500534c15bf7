/** Records a real server with its real ledger while clients of every dialect bring it files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Program, type Recorder, toldFile } from '../record/recorder.ts'
import type { Operation } from '../replay/read-log.ts'
import { assertComplete } from '../replay/same-folder.ts'
import type { Address, Told } from './wire.ts'
import { type Person, workload } from './workload.ts'

/** The server answered that the file is stored, after so many operations. */
export interface Promised {
  readonly path: string
  readonly bytes: Buffer
  readonly position: number
}

export interface RecordedServer {
  readonly operations: readonly Operation[]
  readonly token: string
  readonly promised: readonly Promised[]
  /** Path -> after so many operations its owner began to remove it: from then on it may be gone. */
  readonly removed: ReadonlyMap<string, number>
}

const chunkSize = { CHUNK_SIZE: '64K' }

/** What is needed besides the log to read a recording again. */
interface Kept {
  readonly token: string
  readonly told: readonly { readonly requestId: string; readonly path: string; readonly base64: string }[]
  readonly removed: readonly (readonly [string, number])[]
}

export async function recordServer(recorder: Recorder): Promise<RecordedServer> {
  if (!recorder.isKept) {
    await record(recorder)
    assertComplete(recorder.operations(), recorder.root)
  }
  const operations = recorder.operations()
  const { token, told, removed } = JSON.parse(readFileSync(toldFile(recorder), 'utf8')) as Kept
  const promised = told.map(({ base64, ...one }) =>
    placed({ ...one, bytes: Buffer.from(base64, 'base64') }, operations),
  )
  return { operations, token, promised, removed: new Map(removed) }
}

async function record(recorder: Recorder): Promise<void> {
  const told: Told[] = []
  const removed = new Map<string, number>()
  const person = personIn(recorder, removed)
  let requests = 0
  let token = ''
  for (const { steps, end, diesAtLink } of workload) {
    const env = diesAtLink === undefined ? {} : { FILE_LOG_KILL_AT_LINK: String(diesAtLink) }
    const { program, url, token: given } = await startServer(recorder, env)
    token = given
    const address: Address = { url, token, nextId: () => `power-cut-${++requests}.` }
    for (const step of steps) {
      const running = step.run(address, person)
      // Of a server that dies no answer comes.
      const answers = await (diesAtLink === undefined ? running : running.catch(() => []))
      told.push(...answers.filter((one) => one !== undefined))
    }
    program.process.kill(end)
    await program.exited
  }
  const kept: Kept = {
    token,
    told: told.map(({ bytes, ...one }) => ({ ...one, base64: bytes.toString('base64') })),
    removed: [...removed],
  }
  writeFileSync(toldFile(recorder), JSON.stringify(kept))
}

async function startServer(
  recorder: Recorder,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly program: Program; readonly url: string; readonly token: string }> {
  const program = recorder.start(['server/index.ts', '--port', '0', '--data', recorder.root], {
    ...chunkSize,
    ...env,
  })
  const lines = createInterface({ input: program.process.stdout ?? process.stdin })
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    program.exited.then(() => reject(new Error(`The server did not start: ${program.stderr()}`)))
  })
  return { program, ...(JSON.parse(line) as { url: string; token: string }) }
}

/** Where the answer that told it was sent. */
function placed({ requestId, path, bytes }: Told, operations: readonly Operation[]): Promised {
  const isAnswer = (text: string) => text.startsWith('HTTP/1.1 2') && text.includes(`: ${requestId}\r\n`)
  const index = operations.findIndex((operation) => operation.kind === 'sent' && isAnswer(operation.text))
  if (index === -1) throw new Error(`The log has no answer to ${requestId}: ${path}.`)
  return { path, bytes, position: index + 1 }
}

/** A person whose programs are recorded too. */
function personIn(recorder: Recorder, removed: Map<string, number>): Person {
  const run = async (script: string, path: string, input: string) => {
    const target = `${recorder.root}/uploads/${path}`
    const program = recorder.start(['--eval', script, target])
    program.process.stdin?.end(input)
    const code = await program.exited
    if (code !== 0) throw new Error(`A person's program ended with ${code}: ${program.stderr()}`)
  }
  const load = "const fs = require('node:fs'), path = require('node:path'), target = process.argv[1];"
  const write =
    'fs.mkdirSync(path.dirname(target), { recursive: true }); fs.writeFileSync(target, fs.readFileSync(0))'
  return {
    put: (path, bytes) => run(load + write, path, bytes.toString('latin1')),
    remove: async (path) => {
      removed.set(path, recorder.operations().length)
      await run(`${load} fs.unlinkSync(target)`, path, '')
    },
  }
}
