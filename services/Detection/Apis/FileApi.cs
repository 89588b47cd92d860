using System.Security.Claims;
using System.Text;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EmptyNumber.Detection.Apis;

/// <summary>Submitting a file of numbers, and what of it was rejected.</summary>
internal static class FileApi
{
    private const long MaxBodyBytes = 64 * 1024 * 1024;

    public static void MapFileApi(this IEndpointRouteBuilder detect)
    {
        detect.MapPost("/file", SubmitAsync).WithName("DetectFile").WithSummary("Submit a CSV or text file of numbers: multipart, field file")
            .DocumentsBody(new DocumentedBody { FileField = "file" })
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        detect.MapGet("/{id:long}/rejected", RejectedAsync).WithName("Rejected").WithSummary("The lines of a file that are no numbers, as CSV");
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, ClaimsPrincipal user, TaskIntake intake, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "multipart/form-data"
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, "The body is multipart/form-data with a field file.");
        }

        // The parameters are in the query: the file is read as it arrives, and nothing that follows it could change its way.
        var query = http.Request.Query;
        if (!Orders.TryRead(user, Parameter("priority"), Parameter("max_age_hours"), Parameter("callback_url"), out var order, out var problem))
            return problem;
        try
        {
            var parts = new MultipartReader(boundary, http.Request.Body);
            while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (part.GetContentDispositionHeader()?.Name.Value?.Trim('"') != "file")
                    continue;

                // Whole before it is stored: a customer on a slow line must not hold a connection to the database.
                await using var file = TemporaryFile.Create();
                await part.Body.CopyToAsync(file, cancellationToken);
                file.Position = 0;
                return await intake.SubmitFileAsync(order, file, cancellationToken) is { } task
                    ? TypedResults.Ok(FileSubmitted.Of(task))
                    : ApiError.BadRequest("file: there is no mobile number in it");
            }
        }
        catch (InvalidDataException e)
        {
            return ApiError.BadRequest($"file: {e.Message}");
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            return ApiError.BadRequest("The body is not the multipart/form-data that its header announces.");
        }

        return ApiError.BadRequest("file: the field is missing");

        string? Parameter(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    private static async Task<IResult> RejectedAsync(long id, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken) =>
        await reader.ExistsAsync(user.UserId(), id, cancellationToken)
            ? Csv.Result($"task-{id}-rejected.csv", ["line", "text", "reason"], reader.Rejected(id), line => [line.Line.ToString(), line.Text, line.Reason])
            : ApiError.NotFound();

    private sealed record FileSubmitted(long TaskId, bool IsBatch, int Len, DateTimeOffset QueryDate, int Rejected)
    {
        public static FileSubmitted Of(DetectionTask task) => new(task.Id, task.IsBatch, task.Total, task.CreatedAt, task.Rejected);
    }
}
