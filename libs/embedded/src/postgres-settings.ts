/** One machine, many small services: a small cache, many connections, and every commit on disk before it is answered. */
export function serverArguments(
  dataDir: string,
  port: number,
  size: { readonly sharedBuffersMb?: number; readonly maxConnections?: number },
): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    // TCP alone: a socket's path may be too long, and its folder not ours.
    unix_socket_directories: '',
    max_connections: size.maxConnections ?? 120,
    shared_buffers: `${String(size.sharedBuffersMb ?? 96)}MB`,
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    fsync: 'on',
    synchronous_commit: 'on',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
    // Short statements on few cores: compiling them or spreading them over workers costs more than it gains.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
    // Statements and details can hold a person's data; the log may not.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: 0,
    log_checkpoints: 'off',
  };
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`])];
}
