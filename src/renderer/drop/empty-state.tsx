/** The window before the first drop: one large drop target, with buttons for those who rather choose. */
import { Button, Loader } from '@mantine/core'
import { IconPhotoPlus } from '@tabler/icons-react'
import { usePick } from '../app/use-pick.ts'
import { useConnection } from '../bridge/connection.ts'
import { text } from '../text/text.ts'
import styles from './drop.module.css'

const words = text.empty

export function EmptyState({ loading }: { readonly loading: boolean }) {
  const pick = usePick()
  const phase = useConnection((connection) => connection.phase)
  if (loading) {
    return (
      <div className={styles.empty}>
        <Loader type="dots" />
        <p className={styles.lead}>{phase === 'connecting' ? text.offline.connecting : words.loading}</p>
      </div>
    )
  }
  return (
    <div className={styles.empty} data-dashed>
      <IconPhotoPlus size={72} stroke={1.2} className={styles.emptyIcon} aria-hidden="true" />
      <h2 className={styles.title}>{words.title}</h2>
      <p className={styles.lead}>{words.lead}</p>
      <div className={styles.choices}>
        <Button size="md" onClick={() => pick('folder')}>
          {words.chooseFolder}
        </Button>
        <Button size="md" variant="default" onClick={() => pick('files')}>
          {words.chooseFiles}
        </Button>
      </div>
    </div>
  )
}
