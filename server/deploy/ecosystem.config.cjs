/** PM2's settings for the server, after `npm ci && npm run build`: pm2 start server/deploy/ecosystem.config.cjs */
const { join } = require('node:path')

module.exports = {
  apps: [
    {
      name: 'photoferry',
      cwd: join(__dirname, '..', '..'),
      // Node runs the server itself. PM2's own loader would import it, and a server that is imported does not start.
      script: process.execPath,
      interpreter: 'none',
      args: ['out/main/server.js'],
      // A data folder has one server; more instances, or a reload that overlaps, would be refused by its lock.
      instances: 1,
      exec_mode: 'fork',
      // Up to 10 s for what is in flight (STOP_TIMEOUT), and a little; then PM2 kills.
      kill_timeout: 15_000,
      autorestart: true,
      // 2 is a setting that cannot be used: starting again would not mend it.
      stop_exit_codes: [2],
      exp_backoff_restart_delay: 500,
      max_restarts: 20,
      watch: false,
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '4700',
        DATA_DIR: process.env.DATA_DIR ?? '/srv/photoferry',
        TOKENS: process.env.TOKENS ?? '',
        // The line on stdout goes to PM2's log.
        SHOW_TOKEN: 'no',
        DATABASE_URL: process.env.DATABASE_URL ?? '',
        STORAGE_URL: process.env.STORAGE_URL ?? '',
        MALLOC_MMAP_THRESHOLD_: '32768',
        ALLOWED_HOSTS: process.env.ALLOWED_HOSTS ?? 'photos.example.com',
        CORS_ORIGINS: process.env.CORS_ORIGINS ?? '',
        MAX_FILE_SIZE: process.env.MAX_FILE_SIZE ?? '10GB',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      },
    },
  ],
}
