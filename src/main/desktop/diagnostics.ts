/** What helps to find a fault from afar, as one zip file: the log, versions, the settings without secrets, the shape of the queue. */
import { readdirSync, statSync } from 'node:fs'
import { release, totalmem } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type { Overview } from '../../shared/feed.ts'
import type { Settings } from '../../shared/settings.ts'

export interface DiagnosticsSources {
  /** PhotoFerry's own. */
  readonly version: string
  readonly settings: Settings
  readonly overview: Overview
  /** Absolute path. */
  readonly stateDir: string
  /** Name -> content. */
  readonly logFiles: ReadonlyMap<string, Uint8Array>
}

/** @returns the bytes of a zip file; no token, no name of a file or folder of the person but those that the log tells */
export function diagnosticsOf(sources: DiagnosticsSources): Uint8Array {
  const json = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`)
  const logs = [...sources.logFiles].map(([name, content]) => [`log/${name}`, content] as const)
  return zipSync({
    'versions.json': json(versionsOf(sources.version)),
    'settings.json': json(withoutSecrets(sources.settings)),
    'queue.json': json(queueShape(sources.overview)),
    'state-folder.json': json(folderShape(sources.stateDir)),
    ...Object.fromEntries(logs),
  })
}

function versionsOf(version: string) {
  const { electron, chrome, node } = process.versions
  const system = {
    platform: process.platform,
    arch: process.arch,
    release: release(),
    memoryBytes: totalmem(),
  }
  return {
    photoferry: version,
    electron,
    chrome,
    node,
    ...system,
    uptimeSeconds: Math.round(process.uptime()),
  }
}

/** Only what is named here: tokens, names, folders and the person's rules stay out; of addresses the scheme alone is told. */
function withoutSecrets(settings: Settings) {
  const { parallelFiles, parallelChunks, maxRetries, stillSeconds, maxFileSize, quality, reviewDrops } =
    settings
  const { bandwidth, theme, language, startAtLogin, closeToTray, keepAwake, notifications, atQuit } = settings
  return {
    ...{ parallelFiles, parallelChunks, maxRetries, stillSeconds, maxFileSize, quality, reviewDrops },
    ...{ bandwidth, theme, language, startAtLogin, closeToTray, keepAwake, notifications, atQuit },
    servers: settings.servers.map(({ url, token, fingerprint }) => ({
      scheme: new URL(url).protocol,
      hasToken: token !== '',
      isPinned: fingerprint !== undefined,
    })),
    libraryDir: settings.libraryDir === null ? null : 'set',
    ownPresets: settings.ownPresets.length,
    watchedFolders: settings.watchedFolders.length,
  }
}

function queueShape({ totals, scanning, checking, stalls, servers, notices }: Overview) {
  return {
    totals,
    scanning,
    checking,
    stalls: stalls.map(({ kind }) => kind),
    servers: servers.map(({ reachability, trouble }) => ({
      reachability,
      trouble: trouble?.error.code ?? null,
    })),
    notices: notices.map(({ code }) => code),
  }
}

/** Count and bytes of the files in each of PhotoFerry's own folders. */
function folderShape(stateDir: string) {
  const shape: Record<string, { files: number; bytes: number }> = {}
  for (const folder of ['.', 'journal', 'history', 'payloads', 'thumbnails', 'staging']) {
    const sizes = sizesIn(join(stateDir, folder))
    shape[folder] = { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  }
  return shape
}

function sizesIn(folder: string): number[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    return entries.map(({ name }) => statSync(join(folder, name)).size)
  } catch {
    return []
  }
}
