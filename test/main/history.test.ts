import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeReceipt } from '../../src/main/client/receipt-text.ts'
import { receiptLineSchema } from '../../src/shared/history.ts'
import { runCli, serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'
import { csvRows, plainCsv } from './plain-csv.ts'

const files = { 'a.jpg': 3, 'b.jpg': 5, 'c.jpg': 7 }

/** What a line of an earlier version says of its source. */
const unlooked = { verifiedAtMs: null, source: null, sourceCheckedAtMs: null, sourceGone: false }

const textOf = ({ parts }: { readonly parts: Iterable<string> }) => [...parts].join('')

describe('the history', () => {
  it('remembers a batch that is over, with its receipt, when its files have left the list and after a restart', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, rows } = await openTestClient(join(folder, 'state'), server)
    const [batchId = ''] = await client.intake.addPaths([writeFiles(join(folder, 'Wedding'), files)])
    await client.whenIdle()
    await expect
      .poll(() => client.history.entries())
      .toMatchObject([{ batchId, name: 'Wedding', counts: { done: 3, failed: 0, canceled: 0 }, bytes: 15 }])
    await client.queue.removeFinished({
      itemIds: rows()
        .slice(0, 1)
        .map(({ id }) => id),
    })
    const { undoId } = await client.queue.removeFinished({ all: true })
    await client.queue.undo(undoId ?? '')
    await client.queue.remove({ all: true })
    await client.stop()
    const again = await openTestClient(join(folder, 'state'), server)
    expect(again.client.history.entries()).toMatchObject([
      { batchId, counts: { done: 3 }, bytes: 15, server: { url: server.url } },
    ])
    const receipt = JSON.parse(textOf(await again.client.history.receipt(batchId, 'json')))
    expect(receipt).toMatchObject({ batch: 'Wedding', storedFiles: 3, storedBytes: 15, notStored: [] })
    expect(receipt.stored.map(({ relativePath }: { relativePath: string }) => relativePath).sort()).toEqual([
      'Wedding/a.jpg',
      'Wedding/b.jpg',
      'Wedding/c.jpg',
    ])
    expect(receipt.stored[0].storedAt).toMatch(/^20\d\d-/)
    await again.client.history.remove([batchId, '../../settings'])
    expect(again.client.history.entries()).toEqual([])
    await expect(again.client.history.receipt(batchId, 'csv')).rejects.toMatchObject({ code: 'not-found' })
    await expect(again.client.history.receipt('../settings', 'csv')).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('counts what failed and names why, and says in the receipt what is not stored', async () => {
    const folder = temporaryFolder()
    const { client } = await openTestClient(join(folder, 'state'), await serve(join(folder, 'data')))
    await client.settings.change({ maxFileSize: 5 })
    const [batchId = ''] = await client.intake.addPaths([writeFiles(join(folder, 'Wedding'), files)])
    await client.whenIdle()
    await expect
      .poll(() => client.history.entries())
      .toMatchObject([
        {
          counts: { done: 2, failed: 1 },
          failures: [{ relativePath: 'Wedding/c.jpg', error: { code: 'source-too-large' } }],
        },
      ])
    const { fileName, ...receipt } = await client.history.receipt(batchId, 'csv')
    const text = plainCsv(textOf(receipt))
    expect(fileName).toMatch(/^Wedding 20\d\d-\d\d-\d\d receipt\.csv$/)
    expect(text.match(/^stored,/gm)).toHaveLength(2)
    // Each names the date of the server's verification.
    expect(text.match(/^stored,.*,20\d\d-\d\d-\d\dT[\d:.]+Z,,\r$/gm)).toHaveLength(2)
    expect(text).toMatch(/^NOT STORED \(failed\),.*c\.jpg/m)
  })
})

describe('a receipt', () => {
  it('keeps every name in CSV, and lets none of them run as a formula', () => {
    const line = {
      ...unlooked,
      size: 1,
      md5: 'm',
      sha256: null,
      url: 'u',
      storedAtMs: null,
      confirmedAtMs: 0,
      converted: false,
    }
    const names = [
      '=HYPERLINK("x")',
      'a "quoted", name.jpg',
      'two\nlines.jpg',
      '照片.jpg',
      'a;=1',
      'a,"+1',
      'a\t@x',
    ]
    const stored = names.map((relativePath) => ({ ...line, relativePath, sourcePath: '/card' }))
    const server = { name: '', url: null }
    const { fileName, ...receipt } = writeReceipt(
      { name: '../up', server, writtenAtMs: 0, stored, unstored: [], unnamed: 0 },
      'csv',
    )
    expect(fileName).toBe('.. up 1970-01-01 receipt.csv')
    const text = textOf(receipt)
    expect(text).toContain(`,"'=HYPERLINK(""x"")",`)
    expect(text).toContain(',"a ""quoted"", name.jpg",')
    expect(text).toContain(',"two\\x0alines.jpg",')
    expect(text).toContain(',"照片.jpg",')
    expect(csvRows(text).map((cells) => cells.length)).toEqual(Array(names.length + 1).fill(17))
    // Whichever sign a reader takes for the end of a cell: within quotes or without.
    for (const separator of [',', ';', '\t', '|']) {
      const cells = [
        ...csvRows(text, separator),
        ...text.split('\r\n').map((row) => row.split(separator)),
      ].flat()
      expect(cells.filter((cell) => /^[\s"']*[=+\-@]/.test(cell) && !/^[\s"]*'/.test(cell))).toEqual([])
    }
  })

  it('has both digests as the server confirmed them, and none in place of a SHA-256 that it did not', () => {
    const older = {
      sourcePath: '/card/a.jpg',
      relativePath: 'a.jpg',
      size: 1,
      md5: 'm',
      url: 'u',
      storedAtMs: null,
      confirmedAtMs: 0,
      converted: false,
    }
    const stored = [older, { ...older, sha256: 's', verifiedAtMs: 86_400_000 }].map((line) =>
      receiptLineSchema.parse(line),
    )
    const facts = {
      name: 'a',
      server: { name: '', url: null },
      writtenAtMs: 0,
      stored,
      unstored: [],
      unnamed: 0,
    }
    const [head = '', first, second] = plainCsv(textOf(writeReceipt(facts, 'csv'))).split('\r\n')
    expect(head).toContain(',md5_confirmed_by_server,sha256_confirmed_by_server,url,')
    expect(first).toContain(',1,m,,u,')
    expect(second).toContain(',1,m,s,u,')
    const { stored: lines } = JSON.parse(textOf(writeReceipt(facts, 'json')))
    expect(lines).toMatchObject([
      { md5: 'm', sha256: null, verifiedAt: null },
      { md5: 'm', sha256: 's', verifiedAt: '1970-01-02T00:00:00.000Z' },
    ])
    // The date of the server's verification that each line rests on.
    expect(head.split(',').slice(-3)).toEqual(['verified_at_by_server_clock', 'set', 'set_files_stored'])
    expect([first, second].map((row) => row?.split(',').at(-3))).toEqual(['', '1970-01-02T00:00:00.000Z'])
    const missing = { sourcePath: '/b', relativePath: 'b', size: 2, status: 'failed', reason: 'why' } as const
    const [, row = ''] = plainCsv(
      textOf(writeReceipt({ ...facts, stored: [], unstored: [missing] }, 'csv')),
    ).split('\r\n')
    expect(row.split(',')).toHaveLength(head.split(',').length)
    expect(row).toMatch(/,why,,,,,,$/)
  })

  it('says under which name a file is stored, where another file had its own', () => {
    const line = {
      ...unlooked,
      sha256: null,
      size: 1,
      md5: 'm',
      storedAtMs: null,
      confirmedAtMs: 0,
      converted: false,
      sourcePath: '/card',
    }
    const url = (name: string) => `http://127.0.0.1/uploads/W/${name}`
    const stored = [
      { ...line, relativePath: 'W/a.jpg', url: url('a.jpg') },
      { ...line, relativePath: 'W/b.jpg', url: url('b%20(2).jpg') },
    ]
    const facts = {
      name: 'a',
      server: { name: '', url: null },
      writtenAtMs: 0,
      stored,
      unstored: [],
      unnamed: 0,
    }
    const json = JSON.parse(textOf(writeReceipt(facts, 'json')))
    expect(json.stored.map(({ storedAs }: { storedAs?: string }) => storedAs)).toEqual([
      undefined,
      'b (2).jpg',
    ])
    expect(plainCsv(textOf(writeReceipt(facts, 'csv')))).toMatch(
      /W\/a\.jpg,.*original,,,not rechecked,,,,\r\n.*W\/b\.jpg,.*,b \(2\)\.jpg,not rechecked,,,,\r\n/,
    )
  })

  it('of many files is written in parts that make one whole', () => {
    const line = {
      ...unlooked,
      md5: 'm',
      sha256: 's',
      url: 'u',
      storedAtMs: 0,
      confirmedAtMs: 0,
      converted: false,
      sourcePath: '/card',
    }
    const stored = Array.from({ length: 1_201 }, (_, size) => ({
      ...line,
      size,
      relativePath: `${size}.jpg`,
    }))
    const facts = {
      name: 'a',
      server: { name: '', url: null },
      writtenAtMs: 0,
      stored,
      unstored: [],
      unnamed: 0,
    }
    const [csv, json] = [writeReceipt(facts, 'csv'), writeReceipt(facts, 'json')]
    expect([...csv.parts].length).toBeGreaterThan(2)
    expect(JSON.parse(textOf(json)).stored.map(({ size }: { size: number }) => size)).toEqual(
      stored.map(({ size }) => size),
    )
    expect(textOf(writeReceipt(facts, 'csv')).trimEnd().split('\r\n')).toHaveLength(1_202)
    const empty = JSON.parse(textOf(writeReceipt({ ...facts, stored: [] }, 'json')))
    expect(empty).toMatchObject({ stored: [], notStored: [] })
  })

  it.each(['json', 'csv'])(
    'is written by the terminal too, with what is not stored, named and counted: %s',
    async (kind) => {
      const folder = temporaryFolder()
      const { url, token } = await serve(join(folder, 'data'))
      const source = writeFiles(join(folder, 'Wedding'), files)
      symlinkSync(join(folder, 'nowhere'), join(source, 'link.jpg'))
      const file = join(folder, `receipt.${kind}`)
      const state = join(folder, 'state')
      const flags = ['--server', url, '--token', token, '--state', state, '--still', '0', '--receipt', file]
      expect((await runCli(['upload', source, ...flags], folder)).exitCode).toBe(1)
      const text = readFileSync(file, 'utf8')
      if (kind === 'csv') {
        const rows = plainCsv(text).trimEnd().split('\r\n').slice(1)
        expect(rows.filter((row) => row.startsWith('stored,'))).toHaveLength(3)
        expect(rows.filter((row) => row.startsWith('NOT STORED (failed),'))).toEqual([
          expect.stringContaining('Wedding/link.jpg'),
        ])
        return
      }
      expect(JSON.parse(text)).toMatchObject({
        droppedFiles: 4,
        storedFiles: 3,
        notStoredFiles: 1,
        notStored: [
          { relativePath: 'Wedding/link.jpg', status: 'failed', reason: expect.stringContaining('link') },
        ],
      })
    },
  )

  it('is written by the terminal too', async () => {
    const folder = temporaryFolder()
    const { url, token } = await serve(join(folder, 'data'))
    const source = writeFiles(join(folder, 'Wedding'), files)
    const file = join(folder, 'receipt.json')
    const args = [
      'upload',
      source,
      '--server',
      url,
      '--token',
      token,
      '--state',
      join(folder, 'state'),
      '--still',
      '0',
    ]
    expect((await runCli([...args, '--receipt', file], folder)).exitCode).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      batch: 'Wedding',
      storedFiles: 3,
      notStoredFiles: 0,
    })
    const { exitCode, stderr } = await runCli(
      [...args, '--receipt', join(folder, 'nowhere', 'r.csv')],
      folder,
    )
    // Not after hours of sending.
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^photoferry: No such folder: .* Choose another path for --receipt\.\n$/)
  })
})
