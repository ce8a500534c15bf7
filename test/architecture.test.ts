/** Holds the tree to its rules at every depth: who may import whom, no circles, every folder on a table. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Part of a folder -> the parts of the same folder that it may import, besides itself. From the bottom up: none names a later one. */
type Rules = Readonly<Record<string, readonly string[]>>

/** All files of a folder that its table does not name. */
const others = '*'

/** Folder -> its rules. A folder that has folders in it needs some; in one of files alone they are free, but for circles. */
const rules: Readonly<Record<string, Rules>> = {
  '': { src: [], server: ['src/shared/protocol'] },
  src: { shared: [], preload: ['shared'], renderer: ['shared'], main: ['shared'] },
  'src/shared': { protocol: [], [others]: ['protocol'] },

  'src/renderer': {
    'vite-env.d.ts': [],
    text: [],
    store: ['text'],
    bridge: ['store'],
    ui: ['store', 'text'],
    features: ['ui', 'bridge', 'store', 'text'],
    app: ['features', 'ui', 'bridge', 'store', 'text'],
    'main.tsx': ['app', 'features', 'ui', 'bridge', 'store', 'text'],
  },
  'src/renderer/text': {
    'translated.ts': [],
    'languages.ts': [],
    en: [],
    'zh-CN': ['en', 'translated.ts'],
    [others]: ['en', 'zh-CN', 'languages.ts'],
  },
  'src/renderer/ui': { theme: [], 'virtual-list': [], [others]: [] },
  'src/renderer/features': {
    failures: [],
    confirmation: [],
    naming: [],
    destination: ['naming'],
    'file-actions': [],
    'file-status': [],
    cards: [],
    history: [],
    notices: [],
    'server-questions': [],
    settings: ['naming'],
    survey: ['destination'],
    thumbnail: [],
    intake: ['destination', 'survey'],
    'folder-picker': ['intake'],
    shortcuts: ['file-actions'],
    batches: ['naming', 'failures', 'file-actions', 'shortcuts'],
    'status-bar': ['destination', 'failures'],
    summary: ['history'],
    files: ['batches', 'file-actions', 'file-status', 'shortcuts', 'summary', 'thumbnail'],
    detail: ['file-actions', 'file-status', 'thumbnail'],
  },

  'src/main': {
    disk: [],
    journal: ['disk'],
    volumes: [],
    intake: ['volumes', 'disk'],
    hashing: ['intake'],
    transfer: [],
    images: ['intake'],
    library: ['transfer', 'intake', 'disk'],
    pipeline: ['transfer', 'hashing', 'images', 'intake', 'disk'],
    queue: ['pipeline', 'transfer', 'intake', 'journal'],
    feed: ['queue'],
    cards: ['queue', 'transfer', 'hashing', 'intake', 'volumes'],
    watching: ['intake', 'volumes', 'journal'],
    client: [
      'watching',
      'cards',
      'feed',
      'queue',
      'pipeline',
      'transfer',
      'hashing',
      'images',
      'intake',
      'volumes',
      'journal',
    ],
    'program-files.ts': [],
    browser: ['client', 'disk'],
    desktop: ['client', 'journal', 'disk'],
    terminal: ['browser', 'client', 'program-files.ts', 'queue', 'journal', 'library', 'transfer', 'intake'],
    'cli.ts': ['terminal'],
    'index.ts': ['browser', 'desktop', 'client', 'program-files.ts'],
  },
  'src/main/images': {
    'image-error.ts': [],
    'sharp-setup.ts': [],
    'source-kind.ts': [],
    processes: [],
    formats: [],
    heic: ['image-error.ts', 'formats'],
    metadata: ['formats'],
    place: ['formats', 'metadata'],
    look: ['image-error.ts', 'formats'],
    'open-file.ts': ['formats/bytes.ts'],
    facts: ['source-kind.ts', 'formats', 'heic', 'metadata'],
    clips: ['open-file.ts', 'formats', 'facts/facts-of.ts'],
    thumbnails: [
      'image-error.ts',
      'sharp-setup.ts',
      'source-kind.ts',
      'open-file.ts',
      'processes',
      'formats',
      'heic',
      'facts',
      'clips/clip-reader.ts',
    ],
    convert: [
      'image-error.ts',
      'sharp-setup.ts',
      'source-kind.ts',
      'thumbnails',
      'processes',
      'formats',
      'heic',
      'metadata',
      'place',
      'look',
    ],
  },
  'src/main/images/formats': {
    'bytes.ts': [],
    'boxes.ts': ['bytes.ts'],
    'pixel-size.ts': [],
    heif: ['bytes.ts', 'boxes.ts', 'pixel-size.ts'],
    'png.ts': ['bytes.ts'],
    'riff.ts': ['bytes.ts'],
    'jpeg-segments.ts': ['bytes.ts'],
    tiff: ['bytes.ts'],
    'jpeg.ts': ['bytes.ts', 'tiff'],
    exif: ['bytes.ts', 'png.ts', 'tiff', 'jpeg.ts'],
    colour: ['bytes.ts', 'tiff'],
    raw: ['bytes.ts', 'boxes.ts', 'pixel-size.ts', 'tiff', 'jpeg.ts'],
  },

  server: {
    deploy: [],
    'detailed-error.ts': [],
    'digests.ts': [],
    storage: ['digests.ts'],
    ledger: ['digests.ts'],
    http: ['storage/safe-path.ts'],
    monitoring: ['storage/store.ts', 'ledger/ledger.ts'],
    uploads: [
      'detailed-error.ts',
      'digests.ts',
      'storage/safe-path.ts',
      'storage/store.ts',
      'storage/throttle.ts',
      'ledger/batches.ts',
      'ledger/ledger.ts',
      'monitoring/log.ts',
    ],
    webhooks: ['ledger/batches.ts', 'ledger/ledger.ts', 'monitoring/log.ts'],
    config: [
      'storage/disk/errors.ts',
      'storage/disk/sync-folder.ts',
      'storage/s3/bucket-url.ts',
      'storage/safe-path.ts',
      'ledger/mysql/database-url.ts',
      'http/host-names.ts',
      'http/document-origins.ts',
      'monitoring/log.ts',
      'webhooks/signature.ts',
    ],
    middleware: ['detailed-error.ts', 'http', 'monitoring', 'config/tokens.ts'],
    routes: [
      'digests.ts',
      'storage/safe-path.ts',
      'storage/store.ts',
      'ledger/ledger.ts',
      'http',
      'monitoring',
      'uploads',
      'middleware',
    ],
    openapi: [
      'routes/links/link-routes.ts',
      'routes/native/chunk-service.ts',
      'routes/dialects/contract/contract-schemas.ts',
      'routes/dialects/documents/document-schemas.ts',
      'routes/dialects/resumable/problems.ts',
    ],
    'app.ts': [
      'monitoring',
      'uploads/context.ts',
      'uploads/scrub/scrub.ts',
      'config/tokens.ts',
      'middleware',
      'routes',
      'openapi',
    ],
    'open-library.ts': [
      'storage/store.ts',
      'storage/open-store.ts',
      'ledger/ledger.ts',
      'ledger/open-ledger.ts',
      'monitoring',
      'uploads',
      'webhooks',
      'config',
    ],
    'serve.ts': ['http', 'monitoring', 'uploads', 'config', 'app.ts', 'open-library.ts'],
    'scrub-command': [
      'http/host-names.ts',
      'monitoring/log.ts',
      'uploads/scrub',
      'config',
      'open-library.ts',
    ],
    'token-command': ['config'],
    'index.ts': [
      'storage/disk/errors.ts',
      'monitoring/log.ts',
      'config',
      'serve.ts',
      'scrub-command',
      'token-command',
    ],
  },
  'server/storage': {
    'safe-path.ts': [],
    'throttle.ts': [],
    'store.ts': ['throttle.ts'],
    'piece-buffer.ts': [],
    disk: ['safe-path.ts', 'store.ts', 'throttle.ts', 'piece-buffer.ts'],
    s3: ['safe-path.ts', 'store.ts', 'throttle.ts', 'piece-buffer.ts'],
    'open-store.ts': ['store.ts', 'disk', 's3'],
  },
  'server/ledger': {
    'batches.ts': [],
    'ledger.ts': ['batches.ts'],
    [others]: ['batches.ts', 'ledger.ts'],
    sqlite: ['batches.ts', 'ledger.ts', others],
    mysql: ['batches.ts', 'ledger.ts', others],
    'open-ledger.ts': ['ledger.ts', 'sqlite', 'mysql'],
  },
  'server/uploads': {
    'upload-errors.ts': [],
    coordination: ['upload-errors.ts'],
    [others]: ['upload-errors.ts', 'coordination'],
    finishing: ['upload-errors.ts', 'coordination', others],
    'abort-task.ts': ['upload-errors.ts', others],
    'receive-chunk.ts': ['upload-errors.ts', others],
    'create-task.ts': ['upload-errors.ts', others, 'finishing'],
    'clean-up.ts': ['upload-errors.ts', 'coordination', others, 'finishing', 'abort-task.ts'],
    scrub: ['upload-errors.ts', others, 'finishing'],
    bundles: ['upload-errors.ts', others, 'finishing'],
    appending: ['upload-errors.ts', others, 'finishing', 'abort-task.ts', 'receive-chunk.ts'],
    sizeless: [
      'upload-errors.ts',
      others,
      'finishing',
      'abort-task.ts',
      'receive-chunk.ts',
      'create-task.ts',
    ],
    listing: [others],
    batches: [others],
    sharing: ['upload-errors.ts', others, 'listing'],
    'by-name': ['upload-errors.ts', others, 'finishing', 'abort-task.ts', 'receive-chunk.ts', 'sizeless'],
  },
  'server/routes': { [others]: [], native: [others], links: [others], dialects: [others] },
  'server/routes/dialects': { contract: [], documents: [], resumable: [], tus: [], webdav: [] },
}

interface Import {
  readonly from: string
  readonly to: string
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) =>
    String(match[1]),
  )
  return specifiers.map((to) => ({
    from: file,
    to: to.startsWith('.') ? relative(root, resolve(root, dirname(file), to)) : to,
  }))
}

const sources = ['src', 'server'].flatMap(sourcesBelow)
const imports = sources.flatMap(importsOf)
const ours = imports.filter(({ to }) => to.startsWith('src/') || to.startsWith('server/'))
const inside = (file: string, place: string) => file === place || file.startsWith(`${place}/`)

/** The deepest folder that holds both files; empty for the top. */
function commonFolder(a: string, b: string): string {
  const [partsA, partsB] = [dirname(a).split('/'), dirname(b).split('/')]
  const length = partsA.findIndex((part, index) => part !== partsB[index])
  return (length < 0 ? partsA : partsA.slice(0, length)).join('/')
}

/** The name of the part of `folder` that holds `file`, as the folder's table knows it. */
function partOf(folder: string, file: string, table: Rules): string {
  const [name = ''] = relative(folder, file).split('/')
  return name in table || relative(folder, file).includes('/') ? name : others
}

function isAllowed({ from, to }: Import): boolean {
  const folder = commonFolder(from, to)
  const table = rules[folder]
  if (table === undefined) return true
  const [importer, imported] = [partOf(folder, from, table), partOf(folder, to, table)]
  if (importer === imported) return true
  return (table[importer] ?? []).some((part) => part === imported || inside(to, join(folder, part)))
}

describe('the architecture', () => {
  it('is looked at as a whole', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(sources.length)
  })

  it('lets every part import only what the table of its folder allows', () => {
    expect(ours.filter((found) => !isAllowed(found))).toEqual([])
  })

  it('has a table for every folder that has folders in it, with every part on it and no other', () => {
    const folders = new Set(sources.map(dirname))
    const above = new Set([...folders].map((folder) => (folder.includes('/') ? dirname(folder) : '')))
    expect(Object.keys(rules).sort()).toEqual([...above].sort())
    for (const [folder, table] of Object.entries(rules)) {
      const found = sources
        .filter((file) => folder === '' || inside(file, folder))
        .map((file) => partOf(folder, file, table))
      expect([folder, [...new Set(found)].sort()]).toEqual([folder, Object.keys(table).sort()])
    }
  })

  it('has tables that go one way: no part may import one that stands after it', () => {
    for (const [folder, table] of Object.entries(rules)) {
      const names = Object.keys(table)
      const upwards = names.flatMap((name, place) =>
        (table[name] ?? []).filter((part) => !names.slice(0, place).includes(part.split('/')[0] ?? '')),
      )
      expect([folder, upwards]).toEqual([folder, []])
    }
  })

  it('keeps electron to the desktop, its entry and the preload script', () => {
    const importers = imports
      .filter(({ to }) => to === 'electron' || to === 'electron-store')
      .map(({ from }) => from)
    const allowed = ['src/main/desktop', 'src/main/index.ts', 'src/preload']
    expect(importers.filter((file) => !allowed.some((place) => inside(file, place)))).toEqual([])
  })

  it('lets shared import zod and nothing else from outside', () => {
    const outside = imports.filter(({ from, to }) => inside(from, 'src/shared') && !to.startsWith('src/'))
    expect(new Set(outside.map(({ to }) => to))).toEqual(new Set(['zod']))
  })

  it('has no circles', () => {
    expect(findCircle()).toEqual([])
  })
})

/** The files of one circle of imports, types included; empty when there is none. */
function findCircle(): string[] {
  const next = Map.groupBy(imports, ({ from }) => from)
  const finished = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (finished.has(file)) return []
    for (const { to } of next.get(file) ?? []) {
      const circle = visit(to, [...path, file])
      if (circle.length > 0) return circle
    }
    finished.add(file)
    return []
  }
  for (const file of sources) {
    const circle = visit(file, [])
    if (circle.length > 0) return circle
  }
  return []
}
