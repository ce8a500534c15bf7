/** One group of the rail with its heading. Finished batches are folded away once there are several; of a long group the first are shown. */
import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { BatchItem } from './batch-item.tsx'
import styles from './batch-rail.module.css'
import type { RailGroup } from './rail-groups.ts'

/** So many finished batches are no bother; more are folded until they are asked for. */
const unfoldedAtMost = 5
/** More than fit on any screen. */
const shownAtFirst = 40

interface BatchGroupProps {
  readonly group: RailGroup
  readonly ids: readonly string[]
  /** The batch that is shown; null for all. It is never folded away. */
  readonly selected: string | null
  /** While the rail is searched, everything that was found is shown. */
  readonly searched: boolean
}

export function BatchGroup({ group, ids, selected, searched }: BatchGroupProps) {
  const t = useText()
  const headingId = useId()
  const [opened, setOpened] = useState<boolean | null>(null)
  const [all, setAll] = useState(false)
  if (ids.length === 0) return null
  const folds = group === 'finished' && !searched
  const isOpen = !folds || (opened ?? ids.length <= unfoldedAtMost)
  const first = isOpen ? (all ? ids : ids.slice(0, shownAtFirst)) : []
  const isHidden = selected !== null && ids.includes(selected) && !first.includes(selected)
  const shown = isHidden ? [...first, selected] : first
  const hidden = isOpen ? ids.length - shown.length : 0
  const toggle = () => setOpened(!isOpen)
  return (
    <section className={styles.group} aria-labelledby={headingId}>
      <h2 className={styles.groupHead} id={headingId} data-folds={folds || undefined}>
        {folds ? (
          <UnstyledButton className={styles.fold} aria-expanded={isOpen} onClick={toggle}>
            {t('batches.finished', { amount: ids.length })}
            <IconChevronRight size={14} aria-hidden="true" className={styles.foldIcon} />
          </UnstyledButton>
        ) : (
          <>
            {t(`batches.groups.${group}`)}{' '}
            <span className={styles.groupCount}>{formatCount(ids.length)}</span>
          </>
        )}
      </h2>
      <ul className={styles.list}>
        {shown.map((id) => (
          <BatchItem key={id} id={id} selected={selected === id} />
        ))}
      </ul>
      {hidden > 0 && (
        <UnstyledButton className={styles.more} onClick={() => setAll(true)}>
          {t('batches.more', { amount: hidden })}
        </UnstyledButton>
      )}
    </section>
  )
}
