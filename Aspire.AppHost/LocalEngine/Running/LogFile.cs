using System.Globalization;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>The output of one process over all its restarts. When it is full it becomes <c>….log.1</c> and a new one begins.</summary>
internal sealed class LogFile : IDisposable
{
    private const long LimitBytes = 32 * 1024 * 1024;

    private readonly string _path;
    private readonly Lock _gate = new();
    private StreamWriter? _writer;
    private bool _closed;

    public LogFile(string path) => _path = path;

    public void Write(string line)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            try
            {
                if (_writer is { BaseStream.Length: > LimitBytes })
                    Roll();
                _writer ??= new StreamWriter(_path, append: true) { AutoFlush = true };
                _writer.WriteLine($"{DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} {line}");
            }
            catch (IOException)
            {
                // The disk is full: a line is lost, but the process that wrote it must not wait on its pipe.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _writer?.Dispose();
        }
    }

    private void Roll()
    {
        _writer?.Dispose();
        _writer = null;
        File.Move(_path, _path + ".1", overwrite: true);
    }
}
