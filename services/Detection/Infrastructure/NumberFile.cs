using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using EmptyNumber.Contracts;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>A line of a number file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Number">The number in its national form; null where the line holds none.</param>
/// <param name="Text">What stood there, cut; empty where it is a number.</param>
/// <param name="Reason">Why it is no number; empty where it is one.</param>
internal readonly record struct NumberLine(int Line, string? Number, string Text, string Reason);

/// <summary>
/// Reads numbers from text or CSV, UTF-8 or GB18030, line by line: a broken line spoils none but itself, and memory does not
/// grow with the file. Blank lines are passed over.
/// </summary>
internal static class NumberFile
{
    private const int MaxLineBytes = 4096;
    private const int MaxTextLength = 64;

    private static readonly string[] ColumnNames = ["number", "mobile", "phone", "手机号", "号码"];
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    /// <summary>Reads a file whose first line may be a header; the column of the numbers is the first without one.</summary>
    /// <exception cref="InvalidDataException">It has more than <paramref name="maxLines"/> lines that are not blank.</exception>
    public static async IAsyncEnumerable<NumberLine> ReadAsync(Stream file, int maxLines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var column = 0;
        var first = true;
        var used = 0;
        await foreach (var (line, text) in LinesAsync(file, cancellationToken))
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            if (first)
            {
                first = false;
                if (HeaderColumn(text) is { } named)
                {
                    column = named;
                    continue;
                }
            }

            if (++used > maxLines)
                throw new InvalidDataException($"at most {maxLines} lines in one file");
            var field = Field(text, column);
            yield return PhoneNumber.TryNormalise(field, out var number)
                ? new NumberLine(line, number, "", "")
                : new NumberLine(line, null, Cut(text), field.IsEmpty ? "no number" : text.Length >= MaxLineBytes ? "the line is too long" : "not a mobile number");
        }
    }

    private static async IAsyncEnumerable<(int Line, string Text)> LinesAsync(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var line = 0;
        var skipping = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, out var bytes))
            {
                if (!skipping)
                    yield return (++line, Decode(bytes, isFirst: line == 1));
                skipping = false;
            }

            if (rest.Length > MaxLineBytes || (read.IsCompleted && rest.Length > 0))
            {
                // Too long for a line: as much as is needed to refuse it, then on to the next.
                if (!skipping)
                    yield return (++line, Decode(rest.Slice(0, Math.Min(rest.Length, MaxLineBytes)), isFirst: line == 1));
                skipping = true;
                rest = rest.Slice(rest.End);
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                break;
        }

        await reader.CompleteAsync();
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        var end = rest.PositionOf((byte)'\n');
        line = end is null ? default : rest.Slice(0, end.Value);
        if (end is null)
            return false;
        rest = rest.Slice(rest.GetPosition(1, end.Value));
        return true;
    }

    private static string Decode(ReadOnlySequence<byte> bytes, bool isFirst)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            text = Gb18030.GetString(bytes);
        }

        return (isFirst ? text.TrimStart('\uFEFF') : text).TrimEnd('\r');
    }

    private static int? HeaderColumn(string text)
    {
        for (var column = 0; column <= text.Count(IsSeparator); column++)
        {
            var field = Field(text, column).ToString();
            if (ColumnNames.Contains(field, StringComparer.OrdinalIgnoreCase))
                return column;
        }

        return null;
    }

    private static ReadOnlySpan<char> Field(string text, int column)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
                quoted = !quoted;
            if (i < text.Length && (quoted || !IsSeparator(text[i])))
                continue;
            if (column-- == 0)
                return text.AsSpan(start, i - start).Trim().Trim('"').Trim();
            start = i + 1;
        }

        return default;
    }

    private static bool IsSeparator(char c) => c is ',' or ';' or '\t';

    private static string Cut(string text) => (text.Length <= MaxTextLength ? text : text[..MaxTextLength]).Replace('\0', '\uFFFD');
}
