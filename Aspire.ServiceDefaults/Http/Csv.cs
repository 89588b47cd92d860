using System.Text;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Lists as CSV (RFC 4180), UTF-8 with a byte order mark so that spreadsheets read Chinese; written while they are read.</summary>
public static class Csv
{
    /// <summary>Whether a list is wanted as CSV: the parameter <c>format</c> says so, or, without one, the header <c>Accept</c>.</summary>
    public static bool IsWanted(HttpRequest request, QueryReader query) => query.OneOf("format", "json", "csv") is { } format
        ? format == "csv"
        : request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase));

    /// <summary>A download.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="fields">The fields of a row.</param>
    public static IResult Result<T>(string name, string[] header, IAsyncEnumerable<T> rows, Func<T, string?[]> fields) => TypedResults.Stream(
        async stream =>
        {
            await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 32 * 1024, leaveOpen: true);
            await writer.WriteAsync(Line(header));
            await foreach (var row in rows)
                await writer.WriteAsync(Line(fields(row)));
        },
        "text/csv; charset=utf-8",
        name);

    private static string Line(string?[] fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    /// <summary>Quoted where it must be; a leading formula sign is disarmed, so that a spreadsheet shows it and does not run it.</summary>
    private static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t')
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
    }
}
