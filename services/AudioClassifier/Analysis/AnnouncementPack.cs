using CsvHelper;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// A folder of announcements: <c>announcements.csv</c> (id, path, state, embedded_state, caller_side, language, carrier, text) and the
/// WAV files that its paths name.
/// </summary>
public static class AnnouncementPack
{
    /// <summary>Name of the table within the folder.</summary>
    public const string TableName = "announcements.csv";

    /// <summary>Reads a pack, in the order of its table.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<Announcement> Read(string folder) => ReadTable(Path.Combine(folder, TableName));

    /// <summary>Reads a pack, each announcement with the WAV file that it was read from.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<(Announcement Announcement, byte[] Wav)> ReadFiles(string folder) => [.. Rows(Path.Combine(folder, TableName))];

    /// <summary>
    /// Reads announcements from a table whose paths are relative to it. The columns embedded_state, caller_side, language, carrier and
    /// text may be missing.
    /// </summary>
    /// <param name="table">A CSV file with a header.</param>
    /// <exception cref="InvalidDataException">The table or a recording is broken; the message names the announcement.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<Announcement> ReadTable(string table) => [.. Rows(table).Select(row => row.Announcement)];

    private static IEnumerable<(Announcement Announcement, byte[] Wav)> Rows(string table)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        using var rows = CsvReader.FromFile(table);
        while (rows.Read())
        {
            yield return Row(table, folder, rows);
        }
    }

    private static (Announcement Announcement, byte[] Wav) Row(string table, string folder, CsvReader rows)
    {
        var id = Field(rows, "id");
        try
        {
            var wav = File.ReadAllBytes(Path.Combine(folder, Field(rows, "path")));
            var announcement = new Announcement(
                id,
                State(Field(rows, "state")) ?? throw new FormatException("the state is missing"),
                State(Optional(rows, "embedded_state")),
                Optional(rows, "caller_side") == "true",
                Optional(rows, "text"),
                Optional(rows, "language"),
                Optional(rows, "carrier"),
                WavReader.Read(wav).Samples);
            return (announcement, wav);
        }
        catch (Exception e) when (e is FormatException or WavFormatException)
        {
            throw new InvalidDataException($"{table}: announcement {id}: {e.Message}", e);
        }
    }

    private static string Field(CsvReader rows, string name) => rows.GetString(name);

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
