/** What the window says of a watched folder: its name, and where it stands. */
import type { WatchRow } from '../../shared/watched.ts'
import { errorText } from './error-text.ts'
import type { Translate } from './use-text.ts'

/** The last part of its path. */
export function watchName({ folder }: Pick<WatchRow, 'folder'>): string {
  return folder.split(/[/\\]/).findLast((part) => part !== '') ?? folder
}

export function watchText({ state, ...counts }: WatchRow, t: Translate): string {
  switch (state.phase) {
    case 'off':
      return t('watched.states.off')
    case 'reading':
      return [t('watched.states.reading'), ...leftTexts(counts, t)].join(' · ')
    case 'watching': {
      const left = leftTexts(counts, t)
      const stored = counts.stored > 0 ? [t('watched.states.stored', { count: counts.stored })] : []
      return [t('watched.states.watching'), ...(left.length > 0 ? left : stored)].join(' · ')
    }
    case 'away':
      return t('watched.states.away', { name: state.name })
    case 'stopped':
      return t('watched.states.stopped', { why: errorText(state.error) })
  }
}

function leftTexts({ left, growing, failed }: Pick<WatchRow, 'left' | 'growing' | 'failed'>, t: Translate) {
  return [
    ...(left > growing ? [t('watched.states.left', { count: left - growing })] : []),
    ...(growing > 0 ? [t('watched.states.growing', { count: growing })] : []),
    ...(failed > 0 ? [t('watched.states.failed', { count: failed })] : []),
  ]
}
