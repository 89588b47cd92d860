using System.Text.Json;
using CsvHelper;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>Reads extensions that an operator sends, as JSON or as CSV, and checks each of them.</summary>
internal static class ExtensionImport
{
    /// <summary>More than the largest list needs.</summary>
    public const long MaxBodyBytes = 8 * 1024 * 1024;

    private const int MaxItems = 10_000;
    private const int MaxInvalidListed = 100;

    private static readonly CsvReaderOptions Table = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = 16 * 1024,
        IncludeValuesInExceptions = false,
    };

    /// <summary>The extensions of a request; or what is wrong with it.</summary>
    public static async Task<(List<ExtensionEntry>? Entries, ApiError? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        List<Item?>? items;
        try
        {
            if (request.HasJsonContentType())
                items = await request.ReadFromJsonAsync<List<Item?>>(cancellationToken);
            else if (request.GetTypedHeaders().ContentType?.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) == true)
                items = await ReadCsvAsync(request.Body, cancellationToken);
            else
                return (null, new ApiError(StatusCodes.Status415UnsupportedMediaType, "The body is application/json or text/csv."));
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The body is not JSON.", StatusCodes.Status400BadRequest, e);
        }
        catch (CsvFormatException e)
        {
            return (null, ApiError.BadRequest($"The body is not a CSV table with the columns extensionNum, password and host: {e.Message}"));
        }

        if (items is not { Count: > 0 and <= MaxItems })
            return (null, ApiError.BadRequest($"1 to {MaxItems} extensions in one request"));
        var seen = new HashSet<string>();
        var invalid = items.Index()
            .Select(item => new InvalidExtension(item.Index, item.Item?.ExtensionNum, ProblemOf(item.Item, seen) ?? ""))
            .Where(item => item.Problem.Length > 0).ToList();
        return invalid is []
            ? ([.. items.Select(item => new ExtensionEntry(item!.ExtensionNum!, Some(item.Password), Some(item.Host)))], null)
            : (null, Refuse(invalid));
    }

    /// <summary>The answer to a list of which nothing was stored.</summary>
    public static ApiError Refuse(IEnumerable<InvalidExtension> invalid)
    {
        InvalidExtension[] listed = [.. invalid.Take(MaxInvalidListed)];
        return ApiError.BadRequest($"extension {listed[0].Index}: {listed[0].Problem}; nothing was stored") with
        {
            Details = new Dictionary<string, object?> { ["invalid"] = listed },
        };
    }

    private static async Task<List<Item?>> ReadCsvAsync(Stream body, CancellationToken cancellationToken)
    {
        await using var rows = CsvReader.Create(body, Table, leaveOpen: true);
        await rows.ReadHeaderAsync(cancellationToken);
        if (!rows.TryGetFieldIndex("extensionNum", out var number))
            throw new CsvFormatException("its header has no column extensionNum");
        List<Item?> items = [];
        while (items.Count <= MaxItems && await rows.ReadAsync(cancellationToken))
            items.Add(new Item(Armed(rows.GetString(number)), Optional(rows, "password"), Optional(rows, "host")));
        return items;
    }

    private static string? Optional(CsvReader rows, string column) => rows.TryGetFieldIndex(column, out var index) ? rows.GetString(index) : null;

    /// <summary>A table that was downloaded here has an apostrophe before what a spreadsheet would take for a formula.</summary>
    private static string? Armed(string? field) => field is ['\'', '=' or '+' or '-' or '@', ..] ? field[1..] : field;

    private static string? ProblemOf(Item? item, HashSet<string> seen) =>
        item?.ExtensionNum is not { } number || !Extension.IsNumber(number) ? Extension.NumberRule
        : !seen.Add(number) ? "extensionNum: twice in one list"
        : Some(item.Password) is { } password && !Extension.IsPassword(password) ? Extension.PasswordRule
        : Some(item.Host) is { } host && !Extension.IsHost(host) ? Extension.HostRule
        : null;

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>An extension as it is sent.</summary>
    internal sealed record Item(string? ExtensionNum, string? Password, string? Host);
}

/// <summary>An extension that cannot be stored.</summary>
/// <param name="Index">Its place in the list, or in the table after the header, from 0.</param>
/// <param name="ExtensionNum">Its number as it was sent.</param>
/// <param name="Problem">What is wrong with it, and what is allowed.</param>
internal sealed record InvalidExtension(int Index, string? ExtensionNum, string Problem);
