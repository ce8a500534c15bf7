import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { receiveFile } from '../../../src/main/browser/receive-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it.each([5, 7])('a body of 6 bytes that was announced with %i is none, and leaves nothing', async (size) => {
  const folder = temporaryFolder()
  const body = Readable.from([Buffer.from('pixels')])
  const received = receiveFile({ relativePath: 'a.jpg', place: null, size, modifiedMs: 1_000, body }, folder)
  await expect(received).rejects.toMatchObject({ code: 'connection-lost' })
  expect(readdirSync(folder)).toEqual([])
})
