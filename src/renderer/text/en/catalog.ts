/** Every English word of the window, joined from its areas. The words that every other language must have too. */
import { app } from './app.ts'
import { checks } from './checks.ts'
import { detail } from './detail.ts'
import { history } from './history.ts'
import { intake } from './intake.ts'
import { presets } from './presets.ts'
import { queue } from './queue.ts'
import { reasons } from './reasons.ts'
import { servers } from './servers.ts'
import { settings } from './settings.ts'
import { shortcuts } from './shortcuts.ts'
import { steering } from './steering.ts'

export const english = {
  ...app,
  ...checks,
  ...intake,
  ...queue,
  ...reasons,
  ...settings,
  ...servers,
  ...presets,
  ...shortcuts,
  ...history,
  ...steering,
  ...detail,
} as const
