using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmptyNumber.ServiceDefaults.OpenApi;

/// <summary>Endpoint metadata: a file as the body, as a field of a form, or either.</summary>
public sealed record DocumentedBody
{
    /// <summary>The content type of a body that is the file itself; null where only forms are taken.</summary>
    public string? FileType { get; init; }

    /// <summary>The field of a multipart form that holds the file; null where no form is taken.</summary>
    public string? FileField { get; init; }

    /// <summary>What comes with the file: as fields of the form, or as query parameters beside a body that is the file.</summary>
    public IReadOnlyList<DocumentedField> Fields { get; init; } = [];

    internal static Task AddAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var (type, content) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            if (type.StartsWith("text/", StringComparison.Ordinal))
                content.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DocumentedBody>().LastOrDefault() is { } body)
            body.Describe(operation);
        return Task.CompletedTask;
    }

    private void Describe(OpenApiOperation operation)
    {
        var content = new Dictionary<string, OpenApiMediaType>();
        if (FileField is not null)
        {
            var fields = Fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => field.Schema);
            fields.Add(FileField, new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" });
            content["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = fields,
                    Required = new HashSet<string>([FileField, .. Fields.Where(field => field.IsRequired).Select(field => field.Name)]),
                },
            };
        }

        if (FileType is not null)
        {
            content[FileType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
            operation.Parameters ??= [];
            foreach (var field in Fields)
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = field.Name,
                    In = ParameterLocation.Query,
                    Description = FileField is null ? field.Description : $"{field.Description} With a body that is the file itself.",
                    Schema = field.Schema,
                });
            }
        }

        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
    }
}

/// <summary>What comes with a file.</summary>
/// <param name="Name">The name of the field or parameter.</param>
/// <param name="Description">What it is, and what is allowed.</param>
/// <param name="IsRequired">Whether a form must have it.</param>
public sealed record DocumentedField(string Name, string Description, bool IsRequired = false)
{
    internal OpenApiSchema Schema => new() { Type = JsonSchemaType.String, Description = Description };
}
