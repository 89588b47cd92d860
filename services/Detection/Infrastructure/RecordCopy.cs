using System.Buffers.Binary;
using System.Text;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using Npgsql;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Streams records into their table: PostgreSQL's binary COPY format, of which every row has the same length here.</summary>
internal sealed class RecordCopy : IAsyncDisposable
{
    private const int RowBytes = sizeof(short) + (sizeof(int) + sizeof(long)) + (sizeof(int) + PhoneNumber.Length) + 2 * (sizeof(int) + sizeof(int));
    private const short Columns = 4;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Trailer = [0xFF, 0xFF];

    private readonly NpgsqlRawCopyStream _stream;
    private readonly long _taskId;
    private readonly byte[] _buffer = new byte[RowBytes * 1000];
    private int _filled;

    private RecordCopy(NpgsqlRawCopyStream stream, long taskId)
    {
        _stream = stream;
        _taskId = taskId;
    }

    /// <summary>Rows written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Begins, on a connection that does nothing else meanwhile. The records' ids ascend in the order in which they are added.</summary>
    public static async Task<RecordCopy> BeginAsync(NpgsqlConnection connection, long taskId, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync("copy records (task_id, number, carrier, state) from stdin (format binary)", cancellationToken);
        await stream.WriteAsync(Header, cancellationToken);
        return new RecordCopy(stream, taskId);
    }

    /// <summary>Adds a record.</summary>
    /// <param name="number">In its national form.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public ValueTask AddAsync(string number, CancellationToken cancellationToken)
    {
        var row = _buffer.AsSpan(_filled, RowBytes);
        BinaryPrimitives.WriteInt16BigEndian(row, Columns);
        BinaryPrimitives.WriteInt32BigEndian(row[2..], sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(row[6..], _taskId);
        BinaryPrimitives.WriteInt32BigEndian(row[14..], PhoneNumber.Length);
        Encoding.ASCII.GetBytes(number, row[18..]);
        WriteInt(row[(18 + PhoneNumber.Length)..], (int)NumberingPlan.CarrierOf(number));
        WriteInt(row[(26 + PhoneNumber.Length)..], (int)NumberState.Pending);
        Count++;
        _filled += RowBytes;
        return _filled == _buffer.Length ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>Writes the rest. Without it nothing is stored.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await _stream.WriteAsync(Trailer, cancellationToken);
        await _stream.DisposeAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _filled), cancellationToken);
        _filled = 0;
    }

    private static void WriteInt(Span<byte> field, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(field, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(field[sizeof(int)..], value);
    }
}
