/** PM2's settings for the server, after `npm ci && npm run build`: pm2 start server/deploy/ecosystem.config.cjs */
const { join } = require('node:path')

module.exports = {
  apps: [
    {
      name: 'photoferry',
      cwd: join(__dirname, '..', '..'),
      // Node runs the server directly. PM2's own loader would import it, and an imported server does not start.
      script: process.execPath,
      interpreter: 'none',
      args: ['out/main/server.js'],
      // One data folder has one server; its lock refuses more instances, and overlapping reloads.
      instances: 1,
      exec_mode: 'fork',
      // 10 s for requests in progress (STOP_TIMEOUT), and some reserve; then PM2 kills.
      kill_timeout: 15_000,
      autorestart: true,
      // 2 means an invalid setting: restarting would not help.
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
        // stdout goes to PM2's log.
        SHOW_TOKEN: 'no',
        DATABASE_URL: process.env.DATABASE_URL ?? '',
        STORAGE_URL: process.env.STORAGE_URL ?? '',
        ALLOWED_HOSTS: process.env.ALLOWED_HOSTS ?? 'photos.example.com',
        CORS_ORIGINS: process.env.CORS_ORIGINS ?? '',
        MAX_FILE_SIZE: process.env.MAX_FILE_SIZE ?? '10GB',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      },
    },
  ],
}
