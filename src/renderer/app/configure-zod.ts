/** Keeps zod from compiling its parsers with `new Function`, which the page's CSP forbids; imported before any schema. */
import { z } from 'zod'

z.config({ jitless: true })
