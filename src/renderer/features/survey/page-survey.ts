/** Browser mode: looks over what was dropped onto the page, before a byte of it is handed over. */
import type { Settings } from '../../../shared/settings.ts'
import { skipBy } from '../../../shared/skip-rules.ts'
import { comparedEndBytes, type DropSurvey, isLarge } from '../../../shared/survey.ts'
import { SurveyTally } from '../../../shared/survey-tally.ts'
import type { FoundFile, UnreadFolder } from '../intake/walk-entries.ts'
import { addWaiting } from './survey-store.ts'

export interface PageDrop {
  readonly name: string
  readonly files: readonly FoundFile[]
  readonly unread: readonly UnreadFolder[]
}

/** What goes on with a drop that was looked over; null: the person does not want it. */
export interface Verdict {
  readonly files: readonly FoundFile[]
  /** Files that the skip rules leave out; nothing of them is handed over. */
  readonly leftOut: number
  /** As it was chosen for this drop; left out, what the settings say. */
  readonly presetId?: string | undefined
}

interface Sized {
  readonly found: FoundFile
  readonly relativePath: string
  readonly size: number
}

/** So many are looked at between two pictures of how far it is. */
const atOnce = 64

type Rules = Pick<Settings, 'reviewDrops' | 'skipRules' | 'maxFileSize'>

/** Applies the skip rules, and asks the person where the settings say so. */
export async function lookOver(drop: PageDrop, settings: Rules): Promise<Verdict | null> {
  const { reviewDrops, skipRules } = settings
  const skip = skipBy(skipRules)
  if (reviewDrops === 'never' && !skipRules.empty) {
    // The name tells all that the rules ask, and sizes take a while to read.
    return verdictOf(drop.files, ({ relativePath }) => skip({ relativePath, size: unknownSize }) === null)
  }
  const tally = new SurveyTally({ ...settings, name: drop.name, skip, knowsList: false })
  const looking = new AbortController()
  const early = reviewDrops === 'always' ? ask(tally.snapshot(), looking) : null
  const sized = await measure(drop, tally, looking.signal, (survey) => early?.show(survey))
  const going = sized.filter((file) => skip(file) === null)
  const goes = new Set(going.map(({ found }) => found))
  const verdict = verdictOf(drop.files, (file) => goes.has(file))
  if (reviewDrops === 'never' || (early === null && !isLarge(tally.total))) return verdict
  const asked = early ?? ask(tally.snapshot(), looking)
  await compare(going, tally, looking.signal)
  asked.show(tally.snapshot())
  const answer = await asked.answer
  return answer && { ...verdict, ...answer }
}

/** Stands for a file whose size is not known: not empty. */
const unknownSize = 1

function verdictOf(files: readonly FoundFile[], goes: (file: FoundFile) => boolean): Verdict {
  const going = files.filter(goes)
  return { files: going, leftOut: files.length - going.length }
}

/** Shows the summary; `answer` holds the preset that was confirmed, or is null. */
function ask(survey: DropSurvey, looking: AbortController) {
  const answered = Promise.withResolvers<Pick<Verdict, 'presetId'> | null>()
  const end = (answer: Pick<Verdict, 'presetId'> | null) => {
    looking.abort()
    entry.remove()
    answered.resolve(answer)
  }
  const entry = addWaiting({
    survey,
    confirm: async (presetId) => end({ presetId }),
    cancel: () => end(null),
  })
  return { show: entry.show, answer: answered.promise }
}

/** Reads the sizes; one that cannot be read is handed over all the same, where its reason is found and told. */
async function measure(
  { files, unread }: PageDrop,
  tally: SurveyTally,
  signal: AbortSignal,
  show: (survey: DropSurvey) => void,
): Promise<Sized[]> {
  for (const { relativePath, reason } of unread) {
    tally.addUnreadable({ relativePath, error: { code: 'source-unreadable', message: reason } })
  }
  const sized: Sized[] = []
  for (let start = 0; start < files.length; start += atOnce) {
    const some = await Promise.all(
      files.slice(start, start + atOnce).map(async (found) => {
        // Whoever said yes or no already waits for no more sizes.
        const file = signal.aborted ? null : await found.open().catch(() => null)
        return { found, relativePath: found.relativePath, size: file?.size ?? unknownSize }
      }),
    )
    for (const file of some) tally.add(file)
    sized.push(...some)
    if (!signal.aborted) show(tally.snapshot())
  }
  tally.phase = 'comparing'
  return sized
}

/** As main compares files of the same size: by their first and last bytes. */
async function compare(sized: readonly Sized[], tally: SurveyTally, signal: AbortSignal): Promise<void> {
  const filled = sized.filter(({ size }) => size > 0)
  for (const alike of Map.groupBy(filled, ({ size }) => size).values()) {
    const seen = new Set<string>()
    for (const file of alike.length > 1 ? alike : []) {
      if (signal.aborted) return
      const digest = await endsDigest(file).catch(() => null)
      if (digest !== null && seen.has(digest)) tally.addDuplicate(file)
      else if (digest !== null) seen.add(digest)
    }
  }
  tally.phase = 'ready'
}

async function endsDigest({ found }: Sized): Promise<string> {
  const file = await found.open()
  const ends = new Blob([file.slice(0, comparedEndBytes), file.slice(-comparedEndBytes)])
  const digest = await crypto.subtle.digest('SHA-256', await ends.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
