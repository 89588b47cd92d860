using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Keeps rejected lines in a file until the records are stored: a connection can copy into one table at a time.</summary>
internal sealed class RejectSpool : IAsyncDisposable
{
    private readonly FileStream _file = TemporaryFile.Create();
    private readonly BinaryWriter _writer;
    private long _taskId;

    public RejectSpool() => _writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);

    /// <summary>Lines kept so far.</summary>
    public int Count { get; private set; }

    public void Add(long taskId, NumberLine line)
    {
        _taskId = taskId;
        Count++;
        _writer.Write(line.Line);
        _writer.Write(line.Text);
        _writer.Write(line.Reason);
    }

    /// <summary>Stores them.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Count == 0)
            return;
        _writer.Flush();
        _file.Position = 0;
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy rejected_lines (task_id, line, text, reason) from stdin (format binary)", cancellationToken);
        for (var i = 0; i < Count; i++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(_taskId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(reader.ReadInt32(), NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(reader.ReadString(), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(reader.ReadString(), NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _file.DisposeAsync();
    }
}
