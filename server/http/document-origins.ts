/** Origins of the pages with which the documents try their clients: the one word for all of them, in `CORS_ORIGINS`. */

export const documentOrigins = [
  'http://localhost:5173',
  'http://localhost:4174',
  'http://localhost:3000',
] as const

export const documentOriginsWord = 'development'
