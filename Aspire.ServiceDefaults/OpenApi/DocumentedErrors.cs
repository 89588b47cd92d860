using System.Text.Json;
using System.Text.Json.Nodes;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace EmptyNumber.ServiceDefaults.OpenApi;

/// <summary>The errors of an operation, each in the form of its API.</summary>
/// <param name="Statuses">Those that do not follow from what the operation takes, such as 409.</param>
internal sealed record DocumentedErrors(params int[] Statuses)
{
    public static Task AddAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var form = metadata.OfType<ErrorForm>().LastOrDefault() ?? context.ApplicationServices.GetRequiredService<ErrorForm>();
        var json = context.ApplicationServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        operation.Responses ??= [];
        foreach (var (status, description) in Expected(operation, metadata, form))
        {
            var example = JsonSerializer.SerializeToNode(form.Body(new ApiError(status, form.MessageFor(status))), json)!;
            operation.Responses.TryAdd(status == 500 ? "5XX" : $"{status}", new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = SchemaOf(example), Example = example } },
            });
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<(int Status, string Description)> Expected(OpenApiOperation operation, IList<object> metadata, ErrorForm form)
    {
        var takesBody = operation.RequestBody is not null;
        var isClosed = metadata.OfType<IAuthorizeData>().Any();
        if (takesBody || operation.Parameters is { Count: > 0 })
            yield return (400, "Something is wrong with the request; the message says what, where, and what is allowed.");
        var tellsApart = form.UnauthorizedStatus == 401;
        if (tellsApart && !metadata.OfType<IgnoreTokens>().Any())
            yield return (401, isClosed ? "No token, or one that is unknown, expired or revoked." : "A token came along that is unknown, expired or revoked.");
        if (!metadata.OfType<ForbiddenIsUnauthorized>().Any() && ApiDocuments.RolesOf(metadata) is { Count: > 0 } roles)
            yield return (403, $"{(tellsApart ? "The" : "There is no good token, or the")} token has none of the roles {string.Join(", ", roles)}.");
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true)
            yield return (404, "What the path names is not there.");
        foreach (var status in metadata.OfType<DocumentedErrors>().SelectMany(errors => errors.Statuses))
            yield return (status, status == 409 ? "It contradicts the present state." : "See the message.");
        if (takesBody)
        {
            yield return (413, "The body is too large.");
            yield return (415, "The body is of a type that is not expected here.");
        }

        yield return (429, "Too many requests; the header Retry-After says after how many seconds to come again.");
        yield return (500, "Not the client's fault: 503 and 504 may pass, send the request again; for 500 the header traceparent names the trace.");
    }

    private static OpenApiSchema SchemaOf(JsonNode example) => example switch
    {
        JsonObject fields => new()
        {
            Type = JsonSchemaType.Object,
            Properties = fields.ToDictionary(field => field.Key, IOpenApiSchema (field) => SchemaOf(field.Value!)),
        },
        _ => new() { Type = example.GetValueKind() == JsonValueKind.Number ? JsonSchemaType.Integer : JsonSchemaType.String },
    };
}

/// <summary>Says in an operation's document what its code does not.</summary>
public static class DocumentationEndpoints
{
    /// <summary>Errors that the operation answers besides those that each of its kind does.</summary>
    public static TBuilder DocumentsErrors<TBuilder>(this TBuilder endpoints, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new DocumentedErrors(statuses));

    /// <summary>A body that the handler reads by itself.</summary>
    public static TBuilder DocumentsBody<TBuilder>(this TBuilder endpoints, DocumentedBody body)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(body);
}
