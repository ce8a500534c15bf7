/** Sets up sharp for a worker process: no caches, one thread, and only the decoders that photos need. */
import sharp from 'sharp'

/** Every other decoder in libvips stays blocked, SVG and PDF included. */
const decoders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Heif'].flatMap((name) => [
  `VipsForeignLoad${name}File`,
  `VipsForeignLoad${name}Buffer`,
])

/** Call once, before the first image: a process works on one image at a time, and the pool runs several processes. */
export function setUpSharp(): void {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: decoders })
}
