using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.PhonePool.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmptyNumber.PhonePool.Apis;

/// <summary>What handsets bring and apps under test fetch, in the words of the API's document.</summary>
internal static class PhonePoolApi
{
    private const int MaxItems = 100_000;
    private const int MaxWaitSeconds = 60;

    private const string SomeUsed =
        "Thanks for your contribution. And as follows, we have used some datas that you provided, please offer their verify codes later.";

    private const string NoneUsed =
        "Thanks for your contribution. However, as we have enough data to be used, thus we don not need your data just now. Please devote your data later~";

    private const string NothingNow = "Sorry, there is no data that you need currently! Please try again later~";

    /// <summary>The document has one sentence for all that a request can get wrong.</summary>
    private static readonly ApiError Incorrect = new(StatusCodes.Status400BadRequest);

    public static void MapPhonePoolApi(this IEndpointRouteBuilder app)
    {
        var pool = app.MapGroup("/").WithTags("Phone pool").RequireTrustedNetworkOrRole(Roles.Device, Roles.Operator, Roles.Admin);
        pool.MapPost("/phones", AddMobilesAsync).WithName("AddMobiles").WithSummary("Bring test SIMs to the pool");
        pool.MapGet("/mobiles/{app}/{count}", TakeMobilesAsync).WithName("TakeMobiles").WithSummary("Take up to so many mobiles, newest first, for an app");
        pool.MapPost("/vcodes", AddCodesAsync).WithName("AddCodes").WithSummary("Bring verification codes");
        pool.MapGet("/vcodes/{app}", ReceiveCodesAsync).WithName("ReceiveCodes").WithSummary("Fetch the codes of an app's mobiles, each once; wait=30 waits for the first");
        pool.MapPut("/setsize", ResizeAsync).WithName("Resize").WithSummary("How many mobiles may wait in the pool");
    }

    private static async Task<Results<Ok<Contribution>, ApiError>> AddMobilesAsync(
        Upload<Sim> upload, MobilePool pool, CancellationToken cancellationToken)
    {
        if (!upload.IsValid(sim => sim.IsValid()))
            return Incorrect;
        var used = await pool.AddAsync(upload.Data!, cancellationToken);
        return used.Count > 0
            ? TypedResults.Ok(new Contribution(StatusCodes.Status200OK, SomeUsed, used))
            : new ApiError(StatusCodes.Status406NotAcceptable, NoneUsed);
    }

    private static async Task<Results<Ok<Answer<IReadOnlyList<Sim>>>, ApiError>> TakeMobilesAsync(
        string app, string count, MobilePool pool, CancellationToken cancellationToken) =>
        AppName.TryRead(app, out var name) && TryCount(count, out var most) && most > 0
            ? Found(await pool.TakeAsync(name, most, cancellationToken))
            : Incorrect;

    private static async Task<Results<Ok<Saved>, ApiError>> AddCodesAsync(
        Upload<VerificationCode> upload, CodeStore codes, CancellationToken cancellationToken)
    {
        if (!upload.IsValid(code => code.IsValid()))
            return Incorrect;
        await codes.AddAsync(upload.Data!, cancellationToken);
        return TypedResults.Ok(new Saved(StatusCodes.Status200OK, "Save successfully~"));
    }

    private static async Task<Results<Ok<Answer<IReadOnlyList<VerificationCode>>>, ApiError>> ReceiveCodesAsync(
        string app, string? wait, CodeWaits codes, CancellationToken cancellationToken) =>
        AppName.TryRead(app, out var name) && TryCount(wait ?? "0", out var seconds) && seconds <= MaxWaitSeconds
            ? Found(await codes.ReceiveAsync(name, TimeSpan.FromSeconds(seconds), cancellationToken))
            : Incorrect;

    private static async Task<Results<Ok<Answer<string>>, ApiError>> ResizeAsync(string? newsize, MobilePool pool, CancellationToken cancellationToken)
    {
        if (!TryCount(newsize, out var size))
            return Incorrect;
        await pool.ResizeAsync(size, cancellationToken);
        return TypedResults.Ok(new Answer<string>(StatusCodes.Status200OK, "Update Successfully!"));
    }

    private static Results<Ok<Answer<IReadOnlyList<T>>>, ApiError> Found<T>(IReadOnlyList<T> items) => items.Count > 0
        ? TypedResults.Ok(new Answer<IReadOnlyList<T>>(StatusCodes.Status200OK, items))
        : new ApiError(StatusCodes.Status208AlreadyReported, NothingNow);

    /// <summary>Reads a whole number that is not negative; what is beyond all sizes is the greatest.</summary>
    private static bool TryCount(string? text, out int count)
    {
        count = 0;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!int.TryParse(text, out count))
            count = int.MaxValue;
        return true;
    }

    private sealed record Upload<T>(IReadOnlyList<T?>? Data)
        where T : class
    {
        public bool IsValid(Predicate<T> isValid) =>
            Data is { Count: > 0 and <= MaxItems } && Data.All(item => item is not null && isValid(item));
    }

    private sealed record Contribution(int Code, string Msg, IReadOnlyList<string> PhonesUsed);

    private sealed record Saved(int Code, string Msg);

    private sealed record Answer<T>(int Code, T Data);
}
