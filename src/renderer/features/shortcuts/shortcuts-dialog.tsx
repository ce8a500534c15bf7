/** The list of keyboard shortcuts; `?` opens it from anywhere except a text field. */
import { Kbd } from '@mantine/core'
import { useEffect } from 'react'
import { openDialog, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { isMac, type Keys, keyLabel, shortcutGroupIds, shortcutGroups } from './shortcut-table.ts'
import styles from './shortcuts.module.css'

/** The second is typed by Chinese keyboard layouts. */
const questionMarks = ['?', '？']
const textFields = 'input:not([type=radio], [type=checkbox]), textarea, select'

export function ShortcutsDialog() {
  const t = useText()
  useShortcutsKey()
  return (
    <Dialog name="shortcuts" title={t('shortcuts.title')}>
      <div className={styles.groups}>
        {shortcutGroupIds.map((group) => (
          <section key={group}>
            <h3 className={styles.group}>{t(`shortcuts.groups.${group}`)}</h3>
            <dl className={styles.list}>
              {shortcutGroups[group].map(({ does, keys }) => (
                <div key={does} className={styles.shortcut}>
                  <dt>{t(`shortcuts.does.${does}`)}</dt>
                  <dd className={styles.keys}>
                    {keys.map((each) => (
                      <KeyCombination key={each.join('+')} keys={each} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function KeyCombination({ keys }: { readonly keys: Keys }) {
  const onMac = isMac()
  return (
    <span className={styles.combination}>
      {keys.map((key) => (
        <Kbd key={key}>{keyLabel(key, onMac)}</Kbd>
      ))}
    </span>
  )
}

function useShortcutsKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest(textFields) !== null
      if (!questionMarks.includes(event.key) || isTyping || event.ctrlKey || event.metaKey || event.altKey)
        return
      if (useView.getState().dialog !== null) return
      event.preventDefault()
      openDialog('shortcuts')
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
