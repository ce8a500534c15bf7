/** All text of the window in Simplified Chinese. */
import type { english } from '../en/catalog.ts'
import type { Translated } from '../translated.ts'
import { app } from './app.ts'
import { batches } from './batches.ts'
import { cards } from './cards.ts'
import { destination } from './destination.ts'
import { detail } from './detail.ts'
import { failures } from './failures.ts'
import { files } from './files.ts'
import { folderPicker } from './folder-picker.ts'
import { history } from './history.ts'
import { intake } from './intake.ts'
import { naming } from './naming.ts'
import { notices } from './notices.ts'
import { outcome } from './outcome.ts'
import { presets } from './presets.ts'
import { serverQuestions } from './server-questions.ts'
import { servers } from './servers.ts'
import { settings } from './settings.ts'
import { settingsFile } from './settings-file.ts'
import { shortcuts } from './shortcuts.ts'
import { statusBar } from './status-bar.ts'
import { summary } from './summary.ts'
import { survey } from './survey.ts'
import { watched } from './watched.ts'

export const simplifiedChinese: Translated<typeof english> = {
  ...app,
  ...notices,
  ...batches,
  ...cards,
  ...naming,
  ...destination,
  ...files,
  ...detail,
  ...statusBar,
  ...outcome,
  ...failures,
  ...intake,
  ...folderPicker,
  ...summary,
  ...survey,
  ...settings,
  ...servers,
  ...serverQuestions,
  ...presets,
  ...watched,
  ...settingsFile,
  ...history,
  ...shortcuts,
}
