/** The frame of a question about a server: what is asked, why it matters, and the ways to answer it. */
import { IconHelpCircle } from '@tabler/icons-react'
import { type ReactNode, useId } from 'react'
import styles from './server-questions.module.css'

interface QuestionPanelProps {
  readonly title: string
  readonly lead: string
  readonly children: ReactNode
}

export function QuestionPanel({ title, lead, children }: QuestionPanelProps) {
  const titleId = useId()
  return (
    <section className={styles.panel} aria-labelledby={titleId}>
      <IconHelpCircle size={24} className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <div role="alert">
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          <p className={styles.lead}>{lead}</p>
        </div>
        {children}
      </div>
    </section>
  )
}
