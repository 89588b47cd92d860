using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Answers about one row.</summary>
internal static class Answers
{
    /// <summary>The only row of a query, or 404.</summary>
    public static async Task<IResult> AnswerAsync<T>(this IQueryable<T> row, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
        where T : class =>
        await row.SingleOrDefaultAsync(cancellationToken) is { } found ? TypedResults.Json(found, statusCode: status) : ApiError.NotFound();

    /// <summary>Deletes the only row of a query: 204, or 404 where there is none.</summary>
    public static async Task<IResult> DeleteAsync<T>(this IQueryable<T> row, CancellationToken cancellationToken)
        where T : class =>
        await row.ExecuteDeleteAsync(cancellationToken) > 0 ? TypedResults.NoContent() : ApiError.NotFound();
}
