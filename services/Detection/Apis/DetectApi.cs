using System.Security.Claims;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>Submitting numbers, and watching them.</summary>
internal static class DetectApi
{
    private const int MaxInvalidListed = 100;

    public static void MapDetectApi(this IEndpointRouteBuilder app)
    {
        var detect = app.MapGroup("/detect").WithTags("Detection").RequireToken();
        detect.MapPost("/", SubmitAsync).WithName("Detect").WithSummary("Submit numbers");
        detect.MapGet("/{id:long}/process", ProcessAsync).WithName("Process").WithSummary("How many records of a task are finished");
    }

    private static async Task<Results<Ok<Submitted>, ApiError>> SubmitAsync(
        DetectRequest request, ClaimsPrincipal user, TaskIntake intake, IOptions<DetectionOptions> options, CancellationToken cancellationToken)
    {
        if (request.Numbers is not { Count: > 0 } sent)
            return ApiError.BadRequest("numbers: a list of at least one number");
        if (sent.Count > options.Value.MaxNumbersPerRequest)
            return ApiError.BadRequest($"numbers: at most {options.Value.MaxNumbersPerRequest} in one request, {sent.Count} were sent");
        if (!TryNormalise(sent, out var numbers, out var invalid))
        {
            return ApiError.BadRequest("numbers: mobile numbers of mainland China, 1[3-9] and nine more digits")
                with { Details = new Dictionary<string, object?> { ["invalid"] = invalid } };
        }

        var task = await intake.SubmitAsync(user.UserId(), numbers, Priority.Normal, cancellationToken);
        return TypedResults.Ok(new Submitted(task.Id, task.IsBatch, task.Total, task.CreatedAt));
    }

    private static async Task<Results<Ok<Progress>, ApiError>> ProcessAsync(
        long id, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken) =>
        await reader.ProgressAsync(user.UserId(), id, cancellationToken) is { } progress ? TypedResults.Ok(progress) : ApiError.NotFound();

    private static bool TryNormalise(SubmittedNumbers sent, out string[] numbers, out List<InvalidNumber> invalid)
    {
        numbers = new string[sent.Count];
        invalid = [];
        for (var i = 0; i < sent.Count && invalid.Count < MaxInvalidListed; i++)
        {
            if (sent[i].IsNumber && PhoneNumber.TryNormalise(sent[i].Text, out var number))
                numbers[i] = number;
            else
                invalid.Add(new InvalidNumber(i, sent[i].Text));
        }

        return invalid.Count == 0;
    }

    private sealed record DetectRequest(SubmittedNumbers? Numbers);

    private sealed record Submitted(long TaskId, bool IsBatch, int Len, DateTimeOffset QueryDate);

    private sealed record InvalidNumber(int Index, string Number);
}
