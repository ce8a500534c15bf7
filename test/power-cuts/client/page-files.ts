/** The files that a page drops onto the recorded client. */

export interface PageFile {
  readonly relativePath: string
  readonly bytes: Buffer
  /** ms since 1970. */
  readonly modifiedMs: number
}

function file(relativePath: string, size: number): PageFile {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 32) bytes.write(`${relativePath} ${at} `.padEnd(32, '.'), at)
  return { relativePath, bytes, modifiedMs: 1_600_000_000_000 + size * 1000 }
}

/** Name of the drop -> its files. */
export const pageFiles: Readonly<Record<string, readonly PageFile[]>> = {
  'page one': [
    file('one/a.jpg', 90_000),
    file('one/b.jpg', 4_000),
    file('one/c.jpg', 150_000),
    file('one/d.jpg', 700),
  ],
  'page two': [file('two/a.jpg', 60_000), file('two/b.jpg', 120_000), file('two/c.jpg', 200_000)],
  'page four': [
    file('four/a.jpg', 10_000),
    file('four/b.jpg', 20_000),
    file('four/c.jpg', 30_000),
    file('four/d.jpg', 40_000),
    file('four/e.jpg', 50_000),
  ],
  'page three': [file('three/a.jpg', 30_000), file('three/b.jpg', 80_000)],
}
