/** A list of facts: terms with values, some with a copy button. Unknown facts are left out. */

import { CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment, type ReactNode } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useText } from '../../text/use-text.ts'
import styles from './detail.module.css'

interface FactsProps {
  readonly title: string
  readonly children: ReactNode
}

export function Facts({ title, children }: FactsProps) {
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{title}</h3>
      <dl className={styles.facts}>{children}</dl>
    </section>
  )
}

interface FactProps {
  readonly term: string
  /** Null or empty to leave the fact out. */
  readonly value: string | null
  readonly copies?: boolean
  readonly mono?: boolean
}

export function Fact({ term, value, copies = false, mono = false }: FactProps) {
  if (value === null || value === '') return null
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd className={mono ? styles.mono : undefined}>
        <bdi>{breakable(escapeControls(value))}</bdi>
        {copies && <CopyValue term={term} value={value} />}
      </dd>
    </div>
  )
}

/** Lets a path or a URL wrap after its slashes rather than within a name. */
function breakable(value: string): ReactNode {
  const parts = value.split(/(?<=[/\\])/)
  return parts.map((part, index) => {
    const before = parts.slice(0, index + 1).join('')
    return (
      <Fragment key={before}>
        {part}
        <wbr />
      </Fragment>
    )
  })
}

function CopyValue({ term, value }: { readonly term: string; readonly value: string }) {
  const t = useText()
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => {
        const label = t(copied ? 'detail.copiedValue' : 'detail.copyValue', { what: term })
        return (
          <button type="button" className={styles.copy} aria-label={label} title={label} onClick={copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </button>
        )
      }}
    </CopyButton>
  )
}
