/** The mark of what files came to: a green tick only where all are stored, amber where some are not, red where some failed. */
import { IconAlertTriangle, IconCheck, IconExclamationMark } from '@tabler/icons-react'
import type { Level } from '../../shared/outcome.ts'

type OverLevel = Exclude<Level, 'in-progress'>

const marks = {
  'all-stored': { icon: IconCheck, tone: 'good' },
  'some-not': { icon: IconExclamationMark, tone: 'warn' },
  failed: { icon: IconAlertTriangle, tone: 'bad' },
} as const satisfies Record<OverLevel, unknown>

interface LevelIconProps {
  readonly level: Level
  readonly size: number
}

/** Nothing while files are in progress. The text beside it says the same. */
export function LevelIcon({ level, size }: LevelIconProps) {
  if (level === 'in-progress') return null
  const { icon: Icon, tone } = marks[level]
  return <Icon size={size} stroke={2.4} data-tone={tone} aria-hidden="true" />
}
