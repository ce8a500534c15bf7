/** The limit that preparing is held against: sharp alone on all cores, with what `Web gallery` asks for and no checks. */
import { readdirSync } from 'node:fs'
import { availableParallelism, constants, setPriority } from 'node:os'
import { join } from 'node:path'
import PQueue from 'p-queue'
import sharp from 'sharp'

const [source = '', target = ''] = process.argv.slice(2)
sharp.cache(false)
// As the image workers do: what else runs on this machine goes before either alike.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
sharp.concurrency(1)
const queue = new PQueue({ concurrency: availableParallelism() })
await queue.addAll(
  readdirSync(source).map(
    (name) => () =>
      sharp(join(source, name))
        .autoOrient()
        .keepMetadata()
        .resize({ width: 2560, height: 2560, fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 82 })
        .toFile(join(target, name)),
  ),
)
