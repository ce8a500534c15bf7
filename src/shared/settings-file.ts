/**
 * A `.photoferry` file: settings that one person hands to another, or takes to another computer. A studio's file holds its
 * server, where photos go there and its presets; with the token in it, it is an invitation. A machine's file also holds how
 * PhotoFerry works. Folders of a computer (library, receipts, watched folders) are in none.
 * JSON. Whoever has a file with a token can upload with it, so it is as secret as that.
 */
import { z } from 'zod'
import { destinationProblem, destinationSchema } from './destination.ts'
import { isBuiltIn, mostOwnPresets, ownPresetSchema, presetChoices } from './presets.ts'
import { mostServers, type ServerProfile, serverAddressSchema } from './servers.ts'
import { type Settings, settingsPatchSchema } from './settings.ts'
import { withServer } from './with-server.ts'

/** What the name of such a file ends with. */
export const settingsFileExtension = '.photoferry'
/** A larger file is none, bytes. */
export const largestSettingsFile = 1024 * 1024
/** Rises when a file can no longer be read by programs of before. */
const fileVersion = 1

const machineSchema = settingsPatchSchema.pick({
  parallelFiles: true,
  parallelChunks: true,
  maxRetries: true,
  stillSeconds: true,
  maxFileSize: true,
  preset: true,
  quality: true,
  skipRules: true,
  reviewDrops: true,
  cards: true,
  bandwidth: true,
  theme: true,
  language: true,
  startAtLogin: true,
  closeToTray: true,
  keepAwake: true,
  notifications: true,
  atQuit: true,
})
const machineFields = Object.keys(machineSchema.shape) as MachineField[]
type MachineField = keyof typeof machineSchema.shape

const nameSchema = z.string().trim().min(1).max(100)
const fileServerSchema = z.object({
  /** What the studio calls it. */
  name: nameSchema,
  url: serverAddressSchema.shape.url,
  /** Left out: the person is asked for it. */
  token: z.exactOptional(serverAddressSchema.shape.token.max(10_000)),
  fingerprint: serverAddressSchema.shape.fingerprint,
  destination: z.exactOptional(
    destinationSchema.refine((destination) => destinationProblem(destination) === null, 'can’t be used'),
  ),
})
const settingsFileSchema = z.object({
  photoferry: z.literal('settings'),
  version: z.literal(fileVersion),
  servers: z.array(fileServerSchema).max(mostServers).readonly().default([]),
  /** Where new photos go: an index of `servers`; left out, where they did before. */
  defaultServer: z.exactOptional(z.int().nonnegative()),
  presets: z.array(ownPresetSchema).max(mostOwnPresets).readonly().default([]),
  machine: z.exactOptional(machineSchema),
})
export type SettingsFile = Readonly<z.infer<typeof settingsFileSchema>>

/** As `photoferry invite` wrote it before there was a version. */
const invitationSchema = z.object({
  invitation: z.literal('PhotoFerry'),
  name: nameSchema,
  ...serverAddressSchema.shape,
})

/** Why a file can't be used. */
export type SettingsFileProblem =
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-ours' }
  /** A newer PhotoFerry wrote it. */
  | { readonly kind: 'newer' }
  /** @param field of the file, such as `servers.0.url` */
  | { readonly kind: 'invalid'; readonly field: string }

export type ReadSettingsFile = { readonly file: SettingsFile } | { readonly problem: SettingsFileProblem }

/** @param text of the file */
export function readSettingsFile(text: string): ReadSettingsFile {
  if (text.length > largestSettingsFile) return { problem: { kind: 'too-large' } }
  const content = parsedObject(text)
  if (content?.invitation === 'PhotoFerry') return readInvitation(content)
  if (content?.photoferry !== 'settings') return { problem: { kind: 'not-ours' } }
  if (typeof content.version === 'number' && content.version > fileVersion)
    return { problem: { kind: 'newer' } }
  const parsed = settingsFileSchema.safeParse(content)
  return parsed.success ? { file: parsed.data } : { problem: invalid(parsed.error) }
}

function readInvitation(content: object): ReadSettingsFile {
  const parsed = invitationSchema.safeParse(content)
  if (!parsed.success) return { problem: invalid(parsed.error) }
  const { invitation, ...server } = parsed.data
  return {
    file: { photoferry: 'settings', version: fileVersion, servers: [server], defaultServer: 0, presets: [] },
  }
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function invalid({ issues: [issue] }: z.ZodError): SettingsFileProblem {
  return { kind: 'invalid', field: issue?.path.join('.') ?? '' }
}

/** What to write into a file. */
export interface ExportChoice {
  /** `studio`: servers and presets; `machine`: also how this PhotoFerry works. */
  readonly kind: 'studio' | 'machine'
  /** Ids of the servers; left out, all. */
  readonly serverIds?: readonly string[]
  /** Whether tokens are in it. */
  readonly secrets: boolean
}

/** The text of a file. */
export function settingsFileText(settings: Settings, { kind, serverIds, secrets }: ExportChoice): string {
  const servers = settings.servers.filter(({ id }) => serverIds?.includes(id) ?? true)
  const ofDefault = servers.findIndex(({ id }) => id === settings.defaultServerId)
  const defaultServer = kind === 'studio' && servers.length > 0 ? Math.max(0, ofDefault) : ofDefault
  const file: SettingsFile = {
    photoferry: 'settings',
    version: fileVersion,
    servers: servers.map(({ id, name, url, token, fingerprint }) => {
      const destination = settings.destinations[id]
      return {
        ...{ name, url },
        ...(secrets && token !== '' && { token }),
        ...(fingerprint !== undefined && { fingerprint }),
        ...(destination !== undefined && { destination }),
      }
    }),
    ...(defaultServer >= 0 && { defaultServer }),
    presets: settings.ownPresets,
    ...(kind === 'machine' && { machine: machineSchema.parse(settings) }),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** One thing that an import changes. */
export type ImportChange =
  | {
      readonly what: 'server-added' | 'server-changed' | 'destination' | 'default-server'
      readonly name: string
    }
  | { readonly what: 'preset-added' | 'preset-changed'; readonly name: string }
  | { readonly what: 'setting'; readonly field: MachineField }

export interface ImportPlan {
  readonly changes: readonly ImportChange[]
  /** The settings with them. */
  readonly next: Settings
  /** What there would be too many of; nothing can be imported then. */
  readonly tooMany: 'servers' | 'presets' | null
}

/** What a file would change; nothing is taken away by any. @param newId makes ids for what is new */
export function planImport(settings: Settings, file: SettingsFile, newId: () => string): ImportPlan {
  const changes: ImportChange[] = []
  const servers = importedServers(settings, file, newId, changes)
  if (servers === null) return { changes: [], next: settings, tooMany: 'servers' }
  const presets = importedPresets(settings, file, newId, changes)
  if (presets.ownPresets.length > mostOwnPresets) return { changes: [], next: settings, tooMany: 'presets' }
  const { ids, ...lists } = { ...presets, ...servers }
  const machine = importedMachine({ ...settings, ownPresets: presets.ownPresets }, file, ids, changes)
  return { changes, next: { ...settings, ...lists, ...machine }, tooMany: null }
}

type Note = ImportChange[]

function importedServers(settings: Settings, file: SettingsFile, newId: () => string, changes: Note) {
  let servers = settings.servers
  let { defaultServerId } = settings
  const destinations = { ...settings.destinations }
  for (const [index, { destination, token, ...address }] of file.servers.entries()) {
    const known = servers.find(({ url }) => url === address.url)
    const server: ServerProfile = {
      ...address,
      id: known?.id ?? newId(),
      token: token ?? known?.token ?? '',
      ...(address.fingerprint === undefined && known?.fingerprint && { fingerprint: known.fingerprint }),
    }
    const added = withServer(servers, server)
    if (added === null) return null
    const { id, name } = added
    if (known === undefined) changes.push({ what: 'server-added', name })
    else if (
      !same(
        known,
        added.servers.find((one) => one.id === id),
      )
    )
      changes.push({ what: 'server-changed', name })
    servers = added.servers
    if (destination !== undefined && !same(destinations[id], destination)) {
      destinations[id] = destination
      changes.push({ what: 'destination', name })
    }
    if (index !== file.defaultServer || id === defaultServerId) continue
    defaultServerId = id
    changes.push({ what: 'default-server', name })
  }
  return { servers, destinations, defaultServerId }
}

/** A preset of one name is one: it is brought up to date. */
function importedPresets(
  { ownPresets }: Settings,
  { presets }: SettingsFile,
  newId: () => string,
  changes: Note,
) {
  let list = [...ownPresets]
  /** Id in the file -> id here. */
  const ids = new Map<string, string>()
  for (const preset of presets) {
    const known = list.find(({ id, name }) =>
      isBuiltIn(preset.id) ? id === preset.id : !isBuiltIn(id) && name === preset.name,
    )
    const id = known?.id ?? (isBuiltIn(preset.id) ? preset.id : newId())
    const entry = { ...preset, id, name: isBuiltIn(id) ? id : preset.name }
    ids.set(preset.id, id)
    if (known === undefined) {
      list.push(entry)
      changes.push({ what: isBuiltIn(id) ? 'preset-changed' : 'preset-added', name: entry.name })
    } else if (!same(known, entry)) {
      list = list.map((one) => (one === known ? entry : one))
      changes.push({ what: 'preset-changed', name: entry.name })
    }
  }
  return { ownPresets: list, ids }
}

function importedMachine(
  settings: Settings,
  { machine = {} }: SettingsFile,
  ids: ReadonlyMap<string, string>,
  changes: Note,
): Partial<Settings> {
  const preset = machine.preset === undefined ? settings.preset : (ids.get(machine.preset) ?? machine.preset)
  const isKnown = presetChoices(settings.ownPresets).some(({ id }) => id === preset)
  const wanted = { ...machine, preset: isKnown ? preset : settings.preset }
  for (const field of machineFields) {
    if (field in wanted && !same(settings[field], wanted[field])) changes.push({ what: 'setting', field })
  }
  return wanted as Partial<Settings>
}

/** Both are JSON, made by the same schema. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

/** The same in English, for the terminal and for errors. */
export function settingsFileProblemText(problem: SettingsFileProblem): string {
  switch (problem.kind) {
    case 'too-large':
      return 'This file is too large for PhotoFerry settings. Ask for a new one.'
    case 'not-ours':
      return 'This is not a PhotoFerry file. Ask for a new one.'
    case 'newer':
      return 'A newer PhotoFerry wrote this file. Update PhotoFerry, then open it again.'
    case 'invalid':
      return `This PhotoFerry file is damaged at "${problem.field}". Ask for a new one.`
  }
}
