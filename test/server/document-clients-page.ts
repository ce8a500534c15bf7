/** The script of a page with the documents' clients, steered by the test. */
import * as clients from './document-clients.ts'
import { seededBytes } from './uppy-page.ts'

if (typeof window !== 'undefined') Object.assign(window, { clients, seededBytes })
