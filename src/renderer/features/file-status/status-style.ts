/**
 * The icon, tone and bar of every status; never a colour alone, so that everybody can tell them apart. `warn` is amber,
 * `good` green, `bad` red: see ui/theme/global.css.
 */
import {
  IconAlertTriangle,
  IconArrowUp,
  IconBan,
  IconCheck,
  IconClock,
  IconFileAlert,
  IconFingerprint,
  IconHourglass,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconShieldCheck,
  IconWand,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { UploadStatus } from '../../../shared/upload.ts'
import type { BarStyle } from '../../ui/progress-bar.tsx'

interface StatusStyle {
  readonly icon: ComponentType<{ readonly size: number }>
  readonly tone: 'soft' | 'accent' | 'good' | 'warn' | 'bad'
  readonly bar: BarStyle
}

export const statusStyle: Readonly<Record<UploadStatus, StatusStyle>> = {
  queued: { icon: IconClock, tone: 'soft', bar: 'still' },
  preparing: { icon: IconWand, tone: 'accent', bar: 'moving' },
  hashing: { icon: IconFingerprint, tone: 'accent', bar: 'moving' },
  uploading: { icon: IconArrowUp, tone: 'accent', bar: 'moving' },
  verifying: { icon: IconShieldCheck, tone: 'accent', bar: 'verifying' },
  paused: { icon: IconPlayerPause, tone: 'soft', bar: 'still' },
  waiting: { icon: IconHourglass, tone: 'warn', bar: 'waiting' },
  done: { icon: IconCheck, tone: 'good', bar: 'done' },
  failed: { icon: IconAlertTriangle, tone: 'bad', bar: 'failed' },
  canceled: { icon: IconBan, tone: 'warn', bar: 'still' },
  skipped: { icon: IconPlayerSkipForward, tone: 'warn', bar: 'still' },
  empty: { icon: IconFileAlert, tone: 'warn', bar: 'waiting' },
}
