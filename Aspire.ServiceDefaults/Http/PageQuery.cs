using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Which page of a list is wanted: <c>page</c> from 1, <c>size</c> 5 by default and 50 at most.</summary>
public sealed class PageQuery : IInput
{
    private const int DefaultSize = 5;
    private const int MaxSize = 50;

    /// <summary>The request whose list it is.</summary>
    public required HttpRequest Request { get; init; }

    /// <summary>Which page; the first where null.</summary>
    [Range(1, long.MaxValue)]
    public long? Page { get; init; }

    /// <summary>Rows of a page; 5 where null, 50 where it is more.</summary>
    [Range(1, long.MaxValue)]
    public long? Size { get; init; }

    /// <summary>Answers with that page of all rows, or 404 where the rows end before it.</summary>
    public async Task<IResult> AnswerAsync<T>(IQueryable<T> rows, CancellationToken cancellationToken) =>
        await AnswerAsync(await rows.LongCountAsync(cancellationToken), (skip, take) => rows.Skip(skip).Take(take).ToListAsync(cancellationToken));

    /// <summary>The same, where somebody else knows the number of rows and how to get at a few of them.</summary>
    public async Task<IResult> AnswerAsync<T>(long count, Func<int, int, Task<List<T>>> rows)
    {
        var page = Page ?? 1;
        var size = (int)Math.Min(Size ?? DefaultSize, MaxSize);
        var last = Math.Max(1, (count + size - 1) / size);
        return page > last
            ? ApiError.NotFound()
            : TypedResults.Ok(new Page<T>(
                count,
                page < last ? LinkTo(page + 1) : null,
                page > 1 ? LinkTo(page - 1) : null,
                await rows((int)((page - 1) * size), size)));
    }

    /// <summary>The address that the client asked at the gateway, for another page.</summary>
    private string LinkTo(long page)
    {
        var query = new QueryBuilder(Request.Query.Where(parameter => !parameter.Key.Equals("page", StringComparison.OrdinalIgnoreCase)))
        {
            { "page", page.ToString(CultureInfo.InvariantCulture) },
        };
        return UriHelper.BuildAbsolute(Request.Scheme, Request.Host, Request.PathBase, Request.Path.Value!.TrimEnd('/') + "/", query.ToQueryString());
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Count">How many rows all pages have together.</param>
/// <param name="Next">The address of the next page; null for the last one.</param>
/// <param name="Previous">The address of the page before; null for the first one.</param>
/// <param name="Results">The rows of this page.</param>
public sealed record Page<T>(long Count, string? Next, string? Previous, IReadOnlyList<T> Results);
