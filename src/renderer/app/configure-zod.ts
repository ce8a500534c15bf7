/** Keeps zod from compiling parsers with `new Function`, which the page's CSP forbids. Must be imported before any schema. */
import { z } from 'zod'

z.config({ jitless: true })
