using System.IO.Compression;
using CsvHelper;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// A folder or a zip of announcements: <c>announcements.csv</c> (id, path, state, embedded_state, caller_side, language, carrier, text) and
/// the WAV files that its paths name.
/// </summary>
public static class AnnouncementPack
{
    /// <summary>Name of the table within the pack.</summary>
    public const string TableName = "announcements.csv";

    private static readonly string[] Columns = ["id", "path", "state", "embedded_state", "caller_side", "language", "carrier", "text"];

    /// <summary>Reads a pack, in the order of its table.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<Announcement> Read(string folder) => [.. ReadTable(Path.Combine(folder, TableName))];

    /// <summary>Reads a pack, each announcement with the WAV file that it was read from, one after another.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IEnumerable<(Announcement Announcement, byte[] Wav)> ReadFiles(string folder) => Rows(Path.Combine(folder, TableName));

    /// <summary>Reads a pack from a zip; nothing outside the zip is looked at, whatever its paths are.</summary>
    /// <param name="zip">The zip.</param>
    /// <exception cref="InvalidDataException">The zip, the table or a recording is broken; the message names the announcement.</exception>
    public static IEnumerable<(Announcement Announcement, byte[] Wav)> ReadZip(ZipArchive zip)
    {
        const int mostTableBytes = 16 * 1024 * 1024;
        using var rows = CsvReader.FromText(System.Text.Encoding.UTF8.GetString(File(TableName, mostTableBytes)).TrimStart('\uFEFF'));
        foreach (var row in Rows(TableName, rows, path => File(path, WavHeader.MaxBytes)))
            yield return row;

        byte[] File(string path, int mostBytes)
        {
            var entry = zip.GetEntry(path) ?? throw new InvalidDataException($"{path} is not in the zip");
            if (entry.Length > mostBytes)
                throw new InvalidDataException($"{path} has {entry.Length} bytes; {mostBytes} are allowed");
            var bytes = new byte[entry.Length];
            using var stream = entry.Open();
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"{path} is cut off");
            return bytes;
        }
    }

    /// <summary>
    /// Reads announcements from a table whose paths are relative to it, one after another: the samples of all of them need not be in memory
    /// at once. The columns embedded_state, caller_side, language, carrier and text may be missing.
    /// </summary>
    /// <param name="table">A CSV file with a header.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IEnumerable<Announcement> ReadTable(string table) => Rows(table).Select(row => row.Announcement);

    /// <summary>Writes a pack: each file as it comes, the table last.</summary>
    /// <param name="announcements">Without samples, in the order of the table, each with its WAV file.</param>
    /// <param name="write">Writes a file of the pack.</param>
    public static async Task WriteAsync(IAsyncEnumerable<(Announcement Announcement, byte[] Wav)> announcements, Func<string, ReadOnlyMemory<byte>, Task> write)
    {
        using var table = new MemoryStream();
        using (var rows = CsvWriter.Create(table, options: null, leaveOpen: true))
        {
            rows.WriteRecord(Columns);
            await foreach (var (announcement, wav) in announcements)
            {
                var path = announcement.Id + ".wav";
                rows.WriteRecord(
                [
                    announcement.Id, path, $"{announcement.State:d}", $"{announcement.EmbeddedState:d}", announcement.CallerSide ? "true" : "false",
                    announcement.Language, announcement.Carrier, announcement.Text,
                ]);
                await write(path, wav);
            }
        }

        await write(TableName, table.ToArray());
    }

    private static IEnumerable<(Announcement Announcement, byte[] Wav)> Rows(string table)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        using var rows = CsvReader.FromFile(table);
        foreach (var row in Rows(table, rows, path => File.ReadAllBytes(Path.Combine(folder, path))))
            yield return row;
    }

    private static IEnumerable<(Announcement Announcement, byte[] Wav)> Rows(string table, CsvReader rows, Func<string, byte[]> file)
    {
        while (rows.Read())
            yield return Row(table, rows, file);
    }

    private static (Announcement Announcement, byte[] Wav) Row(string table, CsvReader rows, Func<string, byte[]> file)
    {
        var id = Field(table, rows, "id");
        try
        {
            var wav = file(Field(table, rows, "path"));
            var announcement = new Announcement(
                id,
                State(Field(table, rows, "state")) ?? throw new FormatException("the state is missing"),
                State(Optional(rows, "embedded_state")),
                Optional(rows, "caller_side") == "true",
                Optional(rows, "text"),
                Optional(rows, "language"),
                Optional(rows, "carrier"),
                WavReader.Read(wav).Samples);
            return (announcement, wav);
        }
        catch (Exception e) when (e is FormatException or OverflowException or WavFormatException)
        {
            throw new InvalidDataException($"{table}: announcement {id}: {e.Message}", e);
        }
    }

    private static string Field(string table, CsvReader rows, string name) =>
        rows.TryGetFieldIndex(name, out var at) && at < rows.FieldCount
            ? rows.GetString(at)
            : throw new InvalidDataException($"{table}: row {rows.RowNumber} has no {name}");

    private static string Optional(CsvReader rows, string name) =>
        rows.TryGetFieldIndex(name, out var at) && at < rows.FieldCount ? rows.GetString(at) : "";

    private static NumberState? State(string text)
    {
        if (text.Length == 0)
            return null;
        var state = (NumberState)int.Parse(text);
        return Enum.IsDefined(state) ? state : throw new FormatException($"{text} is not a number state");
    }
}
