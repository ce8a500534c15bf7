/** Runs programs with the library that logs their file operations; see file-log.c. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileLibrary } from '../../preloaded-library.ts'
import { type Operation, readLog } from '../replay/read-log.ts'

const projectDir = join(import.meta.dirname, '..', '..', '..')

/** A recorded program. */
export interface Program {
  readonly process: ChildProcess
  /** Fulfils with its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  readonly stderr: () => string
}

/** One folder and the log of what programs do in it. */
export interface Recorder {
  /** Absolute path of the folder that holds all of it. */
  readonly folder: string
  /** Whether it was recorded before, and is only to be read. */
  readonly isKept: boolean
  /** Absolute path of the recorded folder; empty at first. */
  readonly root: string
  /** Absolute path of a folder for anything else. */
  readonly scratch: string
  /** What a recorded program writes to this file becomes a mark in the log. */
  readonly marks: string
  /** @param args of a plain Node */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Program
  /** What was logged so far. */
  operations(): Operation[]
  /** Deletes all of it. */
  remove(): void
}

/** Where a failure's recording is kept, and what it says beside the log. */
export const toldFile = (recorder: Recorder) => join(recorder.folder, 'told.json')

/** In memory where there is such a disk: thousands of states are written. */
async function fastFolder(): Promise<string> {
  const inMemory = '/dev/shm'
  const isThere = await access(inMemory, constants.W_OK).then(
    () => true,
    () => false,
  )
  return realpathSync(mkdtempSync(join(isThere ? inMemory : tmpdir(), 'photoferry-power-cuts-')))
}

/** @param kept absolute path of a recording that was kept */
export async function createRecorder(kept?: string): Promise<Recorder> {
  const folder = kept ?? (await fastFolder())
  const library = join(folder, 'file-log.so')
  const [root, scratch, log] = [join(folder, 'root'), join(folder, 'scratch'), join(folder, 'log')]
  if (kept === undefined) {
    compileLibrary(join(import.meta.dirname, 'file-log.c'), library)
    mkdirSync(root)
    mkdirSync(scratch)
    writeFileSync(log, '')
  }
  return {
    folder,
    isKept: kept !== undefined,
    root,
    scratch,
    marks: `${log}.marks`,
    start: (args, env = {}) => {
      const logging = { FILE_LOG: log, FILE_LOG_ROOT: root, LD_PRELOAD: library, UV_USE_IO_URING: '0' }
      return program(args, { ...env, ...logging })
    },
    operations: () => readLog(log),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function program(args: readonly string[], env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [...args], {
    cwd: projectDir,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  })
  let stderr = ''
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { process: child, exited, stderr: () => stderr }
}
