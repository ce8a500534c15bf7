/** Where the program's own files are: when run from source, in the build, and in the packaged app. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// From source this file is src/main/program-files.ts; the build puts everything of main flat into out/main.
const fromSource = import.meta.url.endsWith('.ts')

function place(source: string, built: string): URL {
  return new URL(fromSource ? source : built, import.meta.url)
}

/**
 * A program for a plain Node or for a thread. Packaged, Electron reads the app from an archive, which they cannot: what they
 * read lies beside it (`asarUnpack` in electron-builder.yml).
 */
function placeProgram(source: string, built: string): URL {
  const { href } = place(source, built)
  return new URL(href.replace('/app.asar/out/', '/app.asar.unpacked/out/'))
}

/** The hash worker's file. */
export const hashWorkerEntry = placeProgram('./hashing/hash-worker.ts', './hash-worker.js')
/** The program that holds the state folder's lock, for a plain Node. */
export const lockEntry = placeProgram('./journal/lock-program.ts', './lock-program.js')
/** The image worker's program, for a plain Node. */
export const imageWorkerEntry = placeProgram('./images/convert/image-worker.ts', './image-worker.js')
/** The thumbnail worker's program, for a plain Node. */
export const thumbnailWorkerEntry = placeProgram(
  './images/thumbnails/thumbnail-worker.ts',
  './thumbnail-worker.js',
)
/** The bundled server's program; its module exports `run(argv)`. */
export const serverEntry = placeProgram('../../server/index.ts', './server.js')
/** The built window: absolute path of the folder with index.html. */
export const rendererDir = fileURLToPath(place('../../out/renderer/', '../renderer/'))
/** The folder with package.json: absolute path. */
export const packageRoot = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)))

/** PhotoFerry's own version, as in package.json. */
export const packageVersion: string = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
).version
