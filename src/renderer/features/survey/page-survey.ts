/** Browser mode: surveys what was dropped onto the page before any of it is uploaded, and asks the user where the settings say so. */
import type { SkippedFile } from '../../../shared/ipc.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type SkipReason, skipBy } from '../../../shared/skip-rules.ts'
import { comparedEndBytes, type DropSurvey, isLarge, type LeftOut } from '../../../shared/survey.ts'
import { SurveyTally } from '../../../shared/survey-tally.ts'
import { addPending } from './survey-store.ts'

export interface DroppedFile {
  /** Path inside the drop, parts joined by `/`, with the dropped folder's own name. */
  readonly relativePath: string
  /** Opens the file; called as late as possible, because ten thousand open handles would waste memory. */
  readonly open: () => Promise<File>
}

/** A folder that could not be read to its end. */
export interface UnreadFolder {
  readonly relativePath: string
  readonly reason: string
}

interface PageDrop {
  readonly name: string
  readonly files: readonly DroppedFile[]
  readonly unread: readonly UnreadFolder[]
  readonly leftOut: LeftOut
}

/** What remains of a drop after the review. */
interface ReviewedDrop {
  readonly files: readonly DroppedFile[]
  /** Files that the skip rules exclude: only their names are uploaded. */
  readonly skipped: readonly SkippedFile[]
  /** Chosen for this drop; absent: as the settings say. */
  readonly presetId?: string | undefined
}

interface SizedFile {
  readonly file: DroppedFile
  readonly relativePath: string
  readonly size: number
  /** False where nobody has read it. */
  readonly isMeasured: boolean
}

type Skip = (file: Pick<SizedFile, 'relativePath' | 'size'>) => SkipReason | null

/** Files that are measured between two updates of the summary. */
const atOnce = 64

type ReviewSettings = Pick<Settings, 'reviewDrops' | 'skipRules' | 'maxFileSize'>

/** Applies the skip rules, and asks the user where the settings say so. @returns null if the user declined */
export async function reviewDrop(drop: PageDrop, settings: ReviewSettings): Promise<ReviewedDrop | null> {
  const { reviewDrops, skipRules } = settings
  const skip = skipBy(skipRules)
  if (reviewDrops === 'never' && !skipRules.empty) {
    // The rules need names only, and reading sizes takes a while.
    return separated(drop.files.map(unmeasured), skip)
  }
  const { name, leftOut } = drop
  const tally = new SurveyTally({ ...settings, name, skip, knowsList: false, leftOut })
  const counting = new AbortController()
  const early = reviewDrops === 'always' ? ask(tally.snapshot(), counting) : null
  const sized = await measure(drop, tally, counting.signal, (survey) => early?.update(survey))
  const wanted = sized.filter((file) => skip(file) === null)
  const result = await separated(sized, skip)
  if (reviewDrops === 'never' || (early === null && !isLarge(tally.total))) return result
  const question = early ?? ask(tally.snapshot(), counting)
  await compare(wanted, tally, counting.signal)
  question.update(tally.snapshot())
  const answer = await question.answer
  return answer && { ...result, ...answer }
}

/** Stands for a size that is not known: not empty. */
const unknownSize = 1

const unmeasured = (file: DroppedFile): SizedFile => ({
  file,
  relativePath: file.relativePath,
  size: unknownSize,
  isMeasured: false,
})

/** Keeps apart what the rules skip. A file that cannot be read is uploaded anyway: the upload reports the reason. */
async function separated(sized: readonly SizedFile[], skip: Skip): Promise<ReviewedDrop> {
  const files: DroppedFile[] = []
  const skipped: SkippedFile[] = []
  for (let start = 0; start < sized.length; start += atOnce) {
    const some = sized.slice(start, start + atOnce)
    const sizes = await Promise.all(some.map((one) => (skip(one) === null ? one.size : sizeOf(one))))
    for (const [index, one] of some.entries()) {
      const { file, relativePath } = one
      const [reason, size = null] = [skip(one), sizes[index]]
      if (reason === null || size === null) files.push(file)
      else skipped.push({ relativePath, size, reason })
    }
  }
  return { files, skipped }
}

/** @returns bytes; null where it can't be read */
async function sizeOf({ file, size, isMeasured }: SizedFile): Promise<number | null> {
  if (isMeasured) return size
  return file.open().then(
    (opened) => opened.size,
    () => null,
  )
}

/** Shows the summary. `answer` resolves to the preset that was confirmed, or to null. */
function ask(survey: DropSurvey, counting: AbortController) {
  const answered = Promise.withResolvers<Pick<ReviewedDrop, 'presetId'> | null>()
  const end = (answer: Pick<ReviewedDrop, 'presetId'> | null) => {
    counting.abort()
    entry.remove()
    answered.resolve(answer)
  }
  const entry = addPending({
    survey,
    confirm: async (presetId) => end({ presetId }),
    cancel: () => end(null),
  })
  return { update: entry.update, answer: answered.promise }
}

/** Reads the sizes. A file that cannot be read is uploaded anyway: the upload finds the reason and reports it. */
async function measure(
  { files, unread }: PageDrop,
  tally: SurveyTally,
  signal: AbortSignal,
  onSurvey: (survey: DropSurvey) => void,
): Promise<SizedFile[]> {
  for (const { relativePath, reason } of unread) {
    tally.addUnreadable({ relativePath, error: { code: 'source-unreadable', message: reason } })
  }
  const sized: SizedFile[] = []
  for (let start = 0; start < files.length; start += atOnce) {
    const some = await Promise.all(
      files.slice(start, start + atOnce).map(async (file) => {
        // Once the user has answered, nobody waits for more sizes.
        const opened = signal.aborted ? null : await file.open().catch(() => null)
        return opened === null
          ? unmeasured(file)
          : { ...unmeasured(file), size: opened.size, isMeasured: true }
      }),
    )
    for (const file of some) tally.add(file)
    sized.push(...some)
    if (!signal.aborted) onSurvey(tally.snapshot())
  }
  tally.phase = 'comparing'
  return sized
}

/** Finds duplicates as main does: files of the same size whose first and last bytes are the same. */
async function compare(sized: readonly SizedFile[], tally: SurveyTally, signal: AbortSignal): Promise<void> {
  const filled = sized.filter(({ size }) => size > 0)
  for (const sameSize of Map.groupBy(filled, ({ size }) => size).values()) {
    const seen = new Set<string>()
    for (const file of sameSize.length > 1 ? sameSize : []) {
      if (signal.aborted) return
      const digest = await digestOfEnds(file).catch(() => null)
      if (digest !== null && seen.has(digest)) tally.addDuplicate(file)
      else if (digest !== null) seen.add(digest)
    }
  }
  tally.phase = 'ready'
}

async function digestOfEnds({ file }: SizedFile): Promise<string> {
  const opened = await file.open()
  const ends = new Blob([opened.slice(0, comparedEndBytes), opened.slice(-comparedEndBytes)])
  const digest = await crypto.subtle.digest('SHA-256', await ends.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
