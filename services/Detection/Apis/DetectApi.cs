using System.Security.Claims;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>Submitting numbers, and watching them.</summary>
internal static class DetectApi
{
    private const int MaxKeyLength = 128;

    /// <summary>Bytes of memory that a request may have reserved by announcing a long body.</summary>
    private const int LargestReserved = 4 << 20;

    public static void MapDetectApi(this IEndpointRouteBuilder app)
    {
        var detect = app.MapGroup("/detect").WithTags("Detection").RequireToken();
        detect.MapGet("/{id:long}/process", ProcessAsync).WithName("Process").WithSummary("How many records of a task are finished");

        var submission = detect.MapGroup("").AddEndpointFilter(RefuseBeyondLimitsAsync);
        submission.MapPost("/", SubmitAsync).WithName("Detect").WithSummary("Submit numbers").Accepts<DetectRequest>("application/json").DocumentsErrors(409);
        submission.MapFileApi();
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext http, ClaimsPrincipal user, TaskIntake intake, IOptions<DetectionOptions> options, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            return new ApiError(StatusCodes.Status415UnsupportedMediaType);
        using var buffer = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, LargestReserved));
        await http.Request.Body.CopyToAsync(buffer, cancellationToken);
        var body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        DetectRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<DetectRequest>(body.Span, json.Value.SerializerOptions);
        }
        catch (JsonException e)
        {
            return ApiError.BadRequest($"The body is not the JSON that is expected here: {e.Path ?? "$"}, line {e.LineNumber + 1}.");
        }

        if (!SubmittedNumbers.TryNormalise(request?.Numbers, options.Value.MaxNumbersPerRequest, out var numbers, out var refusal))
            return ApiError.BadRequest(refusal.Message) with { Details = refusal.Details };
        if (!Orders.TryRead(user, request!.Priority, request.MaxAgeHours, request.CallbackUrl, out var order, out var problem))
            return problem;

        if (http.Request.Headers["Idempotency-Key"] is not { Count: > 0 } keys)
            return TypedResults.Ok(Submitted.Of(await intake.SubmitAsync(order, numbers, cancellationToken)));
        if (keys is not [{ Length: > 0 and <= MaxKeyLength } key] || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return ApiError.BadRequest($"Idempotency-Key: 1 to {MaxKeyLength} visible ASCII characters");
        var response = await intake.SubmitOnceAsync(
            order, key, body, numbers, task => JsonSerializer.Serialize(Submitted.Of(task), json.Value.SerializerOptions), cancellationToken);
        return response is null
            ? ApiError.Conflict("Idempotency-Key: this key came with another body before")
            : TypedResults.Text(response, "application/json");
    }

    /// <summary>What is more than the user may have is refused with the reason.</summary>
    private static async ValueTask<object?> RefuseBeyondLimitsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (LimitExceededException e)
        {
            context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(e.RetryAfter.TotalSeconds).ToString();
            return new ApiError(StatusCodes.Status429TooManyRequests, e.Message);
        }
    }

    private static async Task<Results<Ok<Progress>, ApiError>> ProcessAsync(
        long id, ClaimsPrincipal user, ProgressReader reader) =>
        await reader.ReadAsync(user.UserId(), id) is { } progress ? TypedResults.Ok(progress) : ApiError.NotFound();

    private sealed record DetectRequest(SubmittedNumbers? Numbers, JsonElement Priority, JsonElement MaxAgeHours, JsonElement CallbackUrl);
}

/// <summary>The answer to a submission.</summary>
internal sealed record Submitted(long TaskId, bool IsBatch, int Len, DateTimeOffset QueryDate)
{
    public static Submitted Of(DetectionTask task) => new(task.Id, task.IsBatch, task.Total, task.CreatedAt);
}
