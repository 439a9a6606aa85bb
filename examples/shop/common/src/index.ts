export * from './config.js';
export * from './logger.js';
export * from './order.js';
export * from './shutdown.js';
