using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>The accounts that dialers call from. No answer here contains a password.</summary>
internal static class ExtensionApi
{
    private static readonly string[] Columns = ["extensionNum", "password", "host", "state", "client", "clientName", "quarantinedAt", "quarantineReason"];

    public static void MapExtensionApi(this IEndpointRouteBuilder operators)
    {
        var extensions = operators.MapGroup("/extensions");
        extensions.MapGet("/", ListAsync).WithName("Extensions").WithSummary("Extensions by number: a page as JSON, or all as CSV")
            .WithDescription(
                "state is free, leased or quarantined and filters as well; after is the number that the page follows, limit 1 to 1000 (100). "
                + "Accept: text/csv or format=csv gives a table that can be posted again; its column password is empty, as no password ever leaves.")
            .Produces<Envelope<Page>>();
        extensions.MapPost("/", SaveAsync).WithName("SaveExtensions").WithSummary("Add and change extensions, as JSON or CSV, all or none")
            .WithDescription(
                "A list of {extensionNum, password, host}, or CSV with that header; other columns are ignored. An extension that stands takes the new "
                + "password and host and leaves quarantine; without a password it keeps its own, and stays in quarantine. Bad items are told by their "
                + "index, from 0: data.invalid.")
            .Accepts<ExtensionImport.Item[]>("application/json", "text/csv")
            .WithMetadata(new RequestSizeLimitAttribute(ExtensionImport.MaxBodyBytes));
        extensions.MapDelete("/{extensionNum}", RemoveAsync).WithName("RemoveExtension")
            .WithSummary("Remove an extension: a call under way ends as usual, and it gets no other");
        extensions.MapDelete("/{extensionNum}/quarantine", ReleaseAsync).WithName("ReleaseExtension")
            .WithSummary("End the quarantine of an extension, as it is");
    }

    private static async Task<IResult> ListAsync(HttpRequest request, CoordinatorDb db, FleetRoster fleet, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var asCsv = Csv.IsWanted(request, query);
        var (state, after, limit) = (query.OneOf("state", "free", "leased", "quarantined"), query.Text("after"), query.Limit("limit", OperatorApi.MaxLimit));
        if (query.Problem is { } problem)
            return problem;

        var roster = await fleet.ReadAsync(cancellationToken);
        string[] leased = [.. roster.Leases.Keys];
        var matching = state switch
        {
            "quarantined" => db.Extensions.Where(extension => extension.QuarantinedAt != null),
            "leased" => db.Extensions.Where(extension => extension.QuarantinedAt == null && leased.Contains(extension.Number)),
            "free" => db.Extensions.Where(extension => extension.QuarantinedAt == null && !leased.Contains(extension.Number)),
            _ => db.Extensions,
        };
        if (after is not null)
            matching = matching.Where(extension => string.Compare(extension.Number, after) > 0);
        var rows = matching.OrderBy(extension => extension.Number)
            .Select(extension => new Row(extension.Number, extension.Host, extension.QuarantinedAt, extension.QuarantineReason));
        if (asCsv)
        {
            return Csv.Result("extensions.csv", Columns, (limit is null ? rows : rows.Take(limit.Value)).AsAsyncEnumerable(), row =>
            {
                var item = Item.Of(row, roster);
                return
                [
                    item.ExtensionNum, "", item.Host, item.State, item.Client, item.ClientName,
                    item.QuarantinedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), item.QuarantineReason,
                ];
            });
        }

        var size = limit ?? OperatorApi.DefaultLimit;
        var page = await rows.Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Envelope.Of(new Page(
            [.. page.Take(size).Select(row => Item.Of(row, roster))], page.Count > size ? page[size - 1].Number : null)));
    }

    private static async Task<Results<Ok<Envelope<SavedRows>>, ApiError>> SaveAsync(
        HttpRequest request, ExtensionRegistry registry, CancellationToken cancellationToken)
    {
        var (entries, problem) = await ExtensionImport.ReadAsync(request, cancellationToken);
        if (entries is null)
            return problem!;
        var (saved, passwordless) = await registry.SaveAsync(entries, cancellationToken);
        return passwordless is []
            ? TypedResults.Ok(Envelope.Of(saved))
            : ExtensionImport.Refuse(entries.Index().Where(entry => passwordless.Contains(entry.Item.Number))
                .Select(entry => new InvalidExtension(entry.Index, entry.Item.Number, "password: a new extension needs one")));
    }

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> RemoveAsync(
        string extensionNum, ExtensionRegistry registry, TimeProvider time, CancellationToken cancellationToken) =>
        await registry.RemoveAsync(extensionNum, cancellationToken) ? TypedResults.Ok(Stamp.Now(time)) : Unknown(extensionNum);

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> ReleaseAsync(
        string extensionNum, ExtensionRegistry registry, TimeProvider time, CancellationToken cancellationToken) =>
        await registry.ReleaseAsync(extensionNum, cancellationToken) ? TypedResults.Ok(Stamp.Now(time)) : Unknown(extensionNum);

    private static ApiError Unknown(string number) => new(StatusCodes.Status404NotFound, $"there is no extension {number}");

    private sealed record Page(IReadOnlyList<Item> Extensions, string? Next);

    private sealed record Row(string Number, string? Host, DateTimeOffset? QuarantinedAt, string? QuarantineReason);

    private sealed record Item(
        string ExtensionNum, string? Host, string State, string? Client, string? ClientName, DateTimeOffset? QuarantinedAt, string? QuarantineReason)
    {
        public static Item Of(Row row, Roster roster)
        {
            var client = roster.Leases.GetValueOrDefault(row.Number);
            var state = row.QuarantinedAt is not null ? "quarantined" : client is not null ? "leased" : "free";
            return new Item(row.Number, row.Host, state, client?.Shown, client?.Name, row.QuarantinedAt, row.QuarantineReason);
        }
    }
}
